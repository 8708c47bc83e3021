// The grid of results, with the parts of it that the page uses.
export { TabulatorFull as Tabulator } from "tabulator-tables";
import "tabulator-tables/dist/css/tabulator.min.css";
