// A plain table of a few rows, as wide as it has to be.
import { copyButton, h } from "./dom";

type Cell = string | Node;

const field = (cell: Cell) => (typeof cell === "string" ? cell : cell.textContent ?? "").replace(/[\t\r\n]/g, " ");

export function simpleTable(caption: string, columns: { title: string; isNumber?: boolean }[], rows: Cell[][]): HTMLElement {
    const align = (i: number) => columns[i].isNumber ? "number" : "";
    const lines = () => [columns.map(column => column.title), ...rows.map(row => row.map(field))]
        .map(line => `${line.join("\t")}\n`).join("");
    return h("div", { class: "simple" },
        h("div", { class: "simple-head" }, h("h3", {}, caption), ...copyButton(`Copy the table '${caption}'`, lines)),
        h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
            h("table", { class: "data" }, h("caption", { class: "hidden" }, caption),
                h("thead", {}, h("tr", {}, ...columns.map((c, i) => h("th", { scope: "col", class: align(i) }, c.title)))),
                h("tbody", {}, ...rows.map(row => h("tr", {}, ...row.map((cell, i) => h("td", { class: align(i) }, cell))))))));
}
