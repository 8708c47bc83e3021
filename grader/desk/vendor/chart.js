// The charts, drawn on canvas: no inline style, no markup.
import * as echarts from "echarts/core";
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, BrushComponent, DataZoomComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
echarts.use([
  AriaComponent, BarChart, BrushComponent, CanvasRenderer, DataZoomComponent, GridComponent, HeatmapChart, LineChart,
  MarkLineComponent, ScatterChart, TooltipComponent, VisualMapComponent,
]);
export { echarts };
