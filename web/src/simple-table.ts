// A plain table of a few rows.
import { h } from "./dom";

type Cell = string | Node;

export function simpleTable(caption: string, columns: { title: string; isNumber?: boolean }[], rows: Cell[][]): HTMLElement {
    const align = (i: number) => columns[i].isNumber ? "number" : "";
    return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
        h("table", { class: "data" }, h("caption", {}, caption),
            h("thead", {}, h("tr", {}, ...columns.map((c, i) => h("th", { scope: "col", class: align(i) }, c.title)))),
            h("tbody", {}, ...rows.map(row => h("tr", {}, ...row.map((cell, i) => h("td", { class: align(i) }, cell)))))));
}
