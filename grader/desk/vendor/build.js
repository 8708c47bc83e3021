// Builds ../static/vendor from what package-lock.json pins, with versions and licences beside it.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "../static/vendor";
const SOURCES = ["build.js", "chart.js", "editor.js", "grid.js", "package-lock.json", "package.json"];

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const { metafile } = await build({
  entryPoints: ["chart.js", "editor.js", "grid.js"],
  bundle: true,
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  outdir: OUT,
  target: "es2022",
});
copyFileSync("node_modules/htmx.org/dist/htmx.min.js", `${OUT}/htmx.js`);

const inputs = [...Object.keys(metafile.inputs), "node_modules/htmx.org/"];
const packages = [...new Set(inputs.flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []))].sort();
const about = packages.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const file = readdirSync(`node_modules/${name}`).find((entry) => /^licen[cs]e/i.test(entry));
  return { name, version, license, text: readFileSync(`node_modules/${name}/${file}`, "utf8").trim() };
});
writeFileSync(
  `${OUT}/LICENCES.txt`,
  about.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`),
);
writeFileSync(
  `${OUT}/manifest.json`,
  `${JSON.stringify(
    {
      packages: about.map(({ name, version, license }) => ({ name, version, license })),
      sources: Object.fromEntries(SOURCES.map((path) => [path, sha256(path)])),
      files: Object.fromEntries(readdirSync(OUT).sort().map((path) => [path, sha256(`${OUT}/${path}`)])),
    },
    null,
    2,
  )}\n`,
);
