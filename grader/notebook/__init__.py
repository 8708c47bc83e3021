"""The notebook: written from the guide, with the lab's tools in its cells, and kept as evidence once it was run."""
