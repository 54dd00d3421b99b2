// The tables of an evaluation, as tanpa evaluate has them, and the ROC curve with the threshold.
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { axisBottom, axisLeft } from "d3-axis";
import { byId, h } from "./dom";
import { formatCount, formatNumber, formatShare, printable } from "./format";
import { Cell, Table } from "./report";
import { simpleTable } from "./simple-table";
import { View } from "./view";

const FEW_ROWS = 20, SIDE = 320, MARGIN = 48; // more rows are folded away
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

function cellText(view: View, cell: Cell | undefined): string {
    if (cell === null || cell === undefined)
        return "–";
    if (typeof cell === "string")
        return ISO_TIME.test(cell) ? view.clock.format(Date.parse(cell) * 1000) : printable(cell);
    if (typeof cell === "number")
        return Number.isInteger(cell) ? formatCount(cell) : formatNumber(cell);
    const { count, of, rate, low, high } = cell, share = `${formatCount(count)} of ${formatCount(of)}`;
    return rate === undefined ? share : `${share}: ${formatShare(rate)} (${formatShare(low!)} to ${formatShare(high!)})`;
}

function notesOf(table: Table): HTMLElement[] {
    return table.notes.map(note => h("p", { class: "quiet" }, note));
}

function draw(view: View, table: Table): HTMLElement {
    const isNumber = (id: string) => table.rows.every(row => typeof row[id] !== "string");
    const columns = table.columns.map(({ id, title }) => ({ title, isNumber: isNumber(id) }));
    const rows = table.rows.map(row => table.columns.map(column => cellText(view, row[column.id])));
    if (rows.length === 0)
        return h("p", { class: "empty-table" }, h("strong", {}, table.title), ": none");
    const content = simpleTable(table.id === "summary" ? "Summary" : table.title, columns, rows), notes = notesOf(table);
    return rows.length <= FEW_ROWS ? h("div", {}, content, ...notes)
        : h("details", {}, h("summary", {}, `${table.title}: ${formatCount(rows.length)}`), content, ...notes);
}

interface Point { threshold: number; fp: number; tp: number; }

/** The last point whose threshold takes no more for control than this one; the curve begins with the strictest. */
function pointAt(points: Point[], threshold: number): Point {
    return points.filter(p => p.threshold <= threshold).pop() ?? points[0];
}

/** How much control is found, against how many downloads are taken for it, at every threshold. */
function drawCurve(view: View, table: Table): HTMLElement {
    const points = table.rows.map(row => ({
        threshold: Number(row.threshold), fp: Number(row.false_positive_rate), tp: Number(row.true_positive_rate),
    }));
    const x = scaleLinear().range([0, SIDE]), y = scaleLinear().range([SIDE, 0]), caption = h("p", { role: "status" });
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const plot = select(svg).attr("viewBox", `0 0 ${SIDE + MARGIN + 20} ${SIDE + MARGIN + 8}`).attr("role", "img")
        .attr("aria-label", "ROC curve").append("g").attr("transform", `translate(${MARGIN},8)`);
    plot.append("g").attr("class", "axis").attr("transform", `translate(0,${SIDE})`).call(axisBottom(x).ticks(5, "%"));
    plot.append("g").attr("class", "axis").call(axisLeft(y).ticks(5, "%"));
    plot.append("text").attr("class", "axis-title").attr("x", SIDE / 2).attr("y", SIDE + 36).attr("text-anchor", "middle")
        .text("Downloads taken for control");
    plot.append("text").attr("class", "axis-title").attr("transform", "rotate(-90)").attr("x", -SIDE / 2).attr("y", -38)
        .attr("text-anchor", "middle").text("Control found");
    plot.append("line").attr("class", "equal-line").attr("y1", SIDE).attr("x2", SIDE);
    plot.append("path").attr("class", "curve").attr("d", points.map((p, i) => `${i ? "L" : "M"}${x(p.fp)},${y(p.tp)}`).join(""));
    const mark = plot.append("circle").attr("class", "curve-mark").attr("r", 5);
    const move = () => {
        const { fp, tp } = pointAt(points, view.threshold);
        mark.attr("cx", x(fp) as number).attr("cy", y(tp) as number);
        caption.textContent = `At ${formatNumber(view.threshold)} bytes ${formatShare(tp)} of control is found, and ` +
            `${formatShare(fp)} of the downloads are taken for it.`;
    };
    view.on(["threshold"], move);
    move();
    return h("figure", { class: "roc" }, h("figcaption", {}, h("h3", {}, table.title)), svg, caption, ...notesOf(table));
}

const BESIDE_CURVE = ["summary", "table2", "confusion-sessions", "confusion-services"]; // narrow enough

export function addEvaluation(view: View): void {
    const { tables } = view.report, root = byId("evaluation"), first = h("div"), rest = h("div");
    const curve = tables.find(table => table.id === "roc" && table.rows.length > 0);
    root.hidden = tables.length === 0;
    const show = () => {
        first.replaceChildren(...tables.filter(({ id }) => BESIDE_CURVE.includes(id)).map(table => draw(view, table)));
        rest.replaceChildren(...tables.filter(({ id }) => id !== "roc" && !BESIDE_CURVE.includes(id))
            .map(table => draw(view, table)));
    };
    root.append(h("div", { class: "beside" }, first, ...(curve ? [drawCurve(view, curve)] : [])), rest);
    view.on(["zone"], show);
    show();
}
