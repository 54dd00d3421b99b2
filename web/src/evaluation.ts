// The tables of an evaluation, as tanpa evaluate has them, and the ROC curve.
import { byId, h } from "./dom";
import { formatCount, formatNumber, formatShare } from "./format";
import { Cell, Table } from "./report";
import { simpleTable } from "./simple-table";
import { View } from "./view";

function cellText(cell: Cell | undefined): string {
    if (cell === null || cell === undefined)
        return "–";
    if (typeof cell === "string")
        return cell;
    if (typeof cell === "number")
        return Number.isInteger(cell) ? formatCount(cell) : formatNumber(cell);
    const { count, of, rate, low, high } = cell, share = `${formatCount(count)} of ${formatCount(of)}`;
    return rate === undefined ? share : `${share} (${formatShare(rate)}, ${formatShare(low!)} to ${formatShare(high!)})`;
}

function draw(table: Table): HTMLElement {
    const columns = table.columns.map((column, i) => ({ title: column.title, isNumber: i > 0 }));
    const rows = table.rows.map(row => table.columns.map(column => cellText(row[column.id])));
    return h("div", {}, simpleTable(table.title, columns, rows), ...table.notes.map(note => h("p", { class: "quiet" }, note)));
}

export function addEvaluation(view: View): void {
    const { tables } = view.report, root = byId("evaluation");
    root.hidden = tables.length === 0;
    root.append(...tables.map(draw));
}
