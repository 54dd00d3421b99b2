// A picture of all sessions, as in the paper: marks, or density where there are too many; brush, hover, export.
import { brush } from "d3-brush";
import { event, select, Selection } from "d3-selection";
import { Axis, Measure } from "./axis";
import { button, download, h } from "./dom";
import { formatCount, plural } from "./format";
import { colour, labelOf } from "./look";
import { CanvasPainter, CELL, Painter, SvgPainter } from "./painter";
import { hideTip, showTip } from "./tip";
import { View } from "./view";

const MARGIN = { left: 64, right: 14, top: 10, bottom: 44 };
const HEAD = 44; // of a saved picture: title and legend
const MOST_MARKS = 4000; // more than these are drawn by density
const FADED = 0.13, NEAR = 14; // pixels

export interface PictureOptions { id: string; title: string; x: Measure; y: Measure; hasThreshold: boolean; }

type Group = Selection<SVGGElement, unknown, null, undefined>;

export class Picture {
    private x!: Axis;
    private y!: Axis;
    private placeX!: Float32Array;
    private placeY!: Float32Array;
    private without = 0; // sessions that have no place
    private width = 0;
    private height = 0;
    private readonly canvas = h("canvas", { "aria-hidden": "true" });
    private readonly svg: SVGSVGElement;
    private readonly note = h("p", { class: "quiet" });
    private readonly brush = brush<unknown>();
    private isBrushing = false;
    private isMoved = false; // the brush, by the page itself

    constructor(private readonly view: View, root: HTMLElement, private readonly options: PictureOptions) {
        const { x, y } = options;
        this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        this.svg.setAttribute("role", "img");
        this.svg.setAttribute("aria-label", `${options.title}: ${y.name.toLowerCase()} (upwards) against ` +
            `${x.name.toLowerCase()} (to the right) of each session; the tables below have the numbers`);
        const plot = h("div", { class: "plot" });
        plot.append(this.svg, this.canvas);
        root.append(
            h("figcaption", {}, h("h3", {}, options.title), h("div", { class: "tools" },
                button("PNG", () => void this.savePng(), { "aria-label": `Save '${options.title}' as PNG` }),
                button("SVG", () => this.saveSvg(), { "aria-label": `Save '${options.title}' as SVG` }))),
            plot, this.note, this.rangeForm());
        this.setMeasures(x, y);
        plot.addEventListener("pointermove", e => this.hover(e));
        plot.addEventListener("pointerleave", hideTip);
        view.on(["threshold", "selection"], () => this.draw());
        view.on(["look"], () => { this.resize(); this.draw(); }); // paper has another width
        new ResizeObserver(() => this.resize()).observe(plot);
    }

    setMeasures(x: Measure, y: Measure): void {
        this.x = new Axis(x);
        this.y = new Axis(y);
        this.placeX = this.x.places();
        this.placeY = this.y.places();
        this.without = this.placeX.filter((_, i) => !this.hasPlace(i)).length;
        if (this.width > 0)
            this.layOut();
    }

    // ---- layout ----

    private resize(): void {
        const outer = this.canvas.parentElement!.clientWidth;
        if (outer === this.width + MARGIN.left + MARGIN.right || outer === 0)
            return;
        this.width = outer - MARGIN.left - MARGIN.right;
        this.height = Math.round(Math.min(Math.max(outer * 0.68, 300), 430)) - MARGIN.top - MARGIN.bottom;
        this.layOut();
    }

    private layOut(): void {
        const { width, height } = this, { left, top } = MARGIN, ratio = window.devicePixelRatio;
        Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
        Object.assign(this.canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
        const svg = select(this.svg).attr("width", width + left + MARGIN.right).attr("height", height + top + MARGIN.bottom);
        svg.selectAll("*").remove();
        const inner: Group = svg.append("g").attr("transform", `translate(${left},${top})`);
        this.drawZeroBands(inner);
        this.x.draw(inner.append("g").attr("class", "axis").attr("transform", `translate(0,${height})`), width, true);
        this.y.draw(inner.append("g").attr("class", "axis"), height, false);
        inner.append("text").attr("class", "axis-title").attr("x", width / 2).attr("y", height + 38)
            .attr("text-anchor", "middle").text(axisTitle(this.x));
        inner.append("text").attr("class", "axis-title").attr("transform", "rotate(-90)").attr("x", -height / 2)
            .attr("y", -50).attr("text-anchor", "middle").text(axisTitle(this.y));
        if (this.options.hasThreshold)
            inner.append("line").attr("class", "threshold-line").attr("x1", 0).attr("x2", width);
        else
            this.drawEqual(inner);
        this.brush.extent([[0, 0], [width, height]]).touchable(false)
            .on("start", () => { this.isBrushing = true; hideTip(); })
            .on("end", () => this.brushed());
        inner.append("g").attr("class", "brush").call(this.brush);
        if (this.options.hasThreshold)
            this.addHandle(inner);
        this.draw();
    }

    private drawZeroBands(inner: Group): void {
        const band = 0.045;
        if (this.x.hasZeros)
            inner.append("rect").attr("class", "zeros").attr("width", band * this.width).attr("height", this.height);
        if (this.y.hasZeros)
            inner.append("rect").attr("class", "zeros").attr("y", (1 - band) * this.height)
                .attr("width", this.width).attr("height", band * this.height);
    }

    /** The line on which both values are equal. */
    private drawEqual(inner: Group): void {
        const end = Math.min(this.x.value(1), this.y.value(1)), low = Math.max(this.x.lowest, this.y.lowest);
        inner.append("line").attr("class", "equal-line")
            .attr("x1", this.x.place(low) * this.width).attr("y1", (1 - this.y.place(low)) * this.height)
            .attr("x2", this.x.place(end) * this.width).attr("y2", (1 - this.y.place(end)) * this.height);
    }

    /** The threshold can be dragged; the slider above is the way for keyboards. */
    private addHandle(inner: Group): void {
        const handle = inner.append("rect").attr("class", "threshold-handle").attr("x", 0).attr("width", this.width)
            .attr("height", 12);
        const node = handle.node()!;
        node.addEventListener("pointerdown", e => { node.setPointerCapture(e.pointerId); e.stopPropagation(); });
        node.addEventListener("mousedown", e => e.stopPropagation());
        node.addEventListener("pointermove", e => {
            if (!node.hasPointerCapture(e.pointerId))
                return;
            const place = 1 - (e.clientY - this.svg.getBoundingClientRect().top - MARGIN.top) / this.height;
            this.view.threshold = Math.max(0, Math.round(this.y.value(Math.min(Math.max(place, 0), 1))));
            this.view.tell("threshold");
        });
    }

    // ---- marks ----

    private draw(): void {
        if (this.width <= 0)
            return;
        const to = this.canvas.getContext("2d")!, ratio = window.devicePixelRatio;
        to.setTransform(ratio, 0, 0, ratio, 0, 0);
        to.clearRect(0, 0, this.width, this.height);
        this.svg.querySelector(".marks")?.remove();
        if (this.view.isPrinting) // printers get lines, not a picture of them
            this.svg.querySelector("g")!.append(this.svgMarks(new SvgPainter()));
        else
            this.paint(new CanvasPainter(to));
        if (this.options.hasThreshold) {
            const y = (1 - this.y.place(this.view.threshold)) * this.height;
            select(this.svg).select(".threshold-line").attr("y1", y).attr("y2", y);
            select(this.svg).select(".threshold-handle").attr("y", y - 6);
        }
        if (this.view.region?.picture !== this.options.id && !this.isBrushing)
            this.moveBrush(null);
    }

    private moveBrush(box: [[number, number], [number, number]] | null): void {
        this.isMoved = true;
        select(this.svg).select<SVGGElement>(".brush").call(this.brush.move, box);
        this.isMoved = false;
    }

    /** A log may not tell how long packets are. */
    private hasPlace(i: number): boolean {
        return !Number.isNaN(this.placeX[i] + this.placeY[i]);
    }

    /** Sessions by verdict, those outside the selection apart. */
    private sort(): { inside: number[][]; outside: number[][] } {
        const { view, options } = this, kinds = view.report.kinds.length;
        const inside: number[][] = Array.from({ length: kinds }, () => []);
        const outside: number[][] = Array.from({ length: kinds }, () => []);
        const narrowed = view.isNarrowed(options.id);
        for (let i = 0; i < view.report.sessions.size; i++) {
            const kind = view.kindOf(i);
            if (!view.hiddenKinds.has(kind) && this.hasPlace(i))
                (narrowed && !view.isIn(i, options.id) ? outside : inside)[kind].push(i);
        }
        return { inside, outside };
    }

    private paint(painter: Painter): void {
        const { inside, outside } = this.sort();
        const byDensity = new Set<string>();
        this.paintKinds(painter, outside, FADED, byDensity);
        this.paintKinds(painter, inside, 1, byDensity);
        const shown = inside.reduce((sum, list) => sum + list.length, 0);
        const { without } = this;
        this.note.textContent = plural(shown, "session") +
            (without === 0 ? "" : `; of ${formatCount(without)} more the log does not tell the packet lengths`) +
            (byDensity.size === 0 ? "" :
            `; ${[...byDensity].join(", ")} drawn by density: the darker a square, the more sessions are in it`);
    }

    /** Rare verdicts are painted upon frequent ones; the most frequent by density until few enough are left. */
    private paintKinds(painter: Painter, lists: number[][], opacity: number, byDensity: Set<string>): void {
        const { kinds } = this.view.report;
        const order = kinds.map((_, kind) => kind).sort((a, b) => lists[b].length - lists[a].length);
        let left = lists.reduce((sum, list) => sum + list.length, 0);
        for (const kind of order) {
            if (left > MOST_MARKS) {
                this.paintDensity(painter, kinds[kind], lists[kind], opacity);
                byDensity.add(kinds[kind]);
            } else
                for (const i of lists[kind])
                    painter.mark(kinds[kind], this.pixelX(i), this.pixelY(i), opacity < 1 ? opacity : 0.85);
            left -= lists[kind].length;
        }
    }

    private paintDensity(painter: Painter, kind: string, list: number[], opacity: number): void {
        const across = Math.ceil(this.width / CELL), counts = new Uint32Array(across * Math.ceil(this.height / CELL + 1));
        let most = 1;
        for (const i of list) {
            const cell = Math.floor(this.pixelY(i) / CELL) * across + Math.min(Math.floor(this.pixelX(i) / CELL), across - 1);
            most = Math.max(most, ++counts[cell]);
        }
        counts.forEach((n, cell) => {
            if (n > 0)
                painter.cell(kind, (cell % across) * CELL, Math.floor(cell / across) * CELL,
                    opacity * (0.2 + 0.8 * Math.log(1 + n) / Math.log(1 + most)));
        });
    }

    /** What the painter has, and the sessions. */
    private svgMarks(painter: SvgPainter): Element {
        this.paint(painter);
        const marks = new DOMParser().parseFromString(
            `<svg xmlns="http://www.w3.org/2000/svg"><g class="marks">${painter.finish()}</g></svg>`, "image/svg+xml");
        return document.importNode(marks.documentElement.firstElementChild!, true);
    }

    private pixelX(i: number): number {
        return this.placeX[i] * this.width;
    }

    private pixelY(i: number): number {
        return (1 - this.placeY[i]) * this.height;
    }

    // ---- pointer ----

    private nearest(x: number, y: number): number | null {
        let best = NEAR * NEAR, found: number | null = null;
        for (let i = 0; i < this.placeX.length; i++) {
            const distance = (this.pixelX(i) - x) ** 2 + (this.pixelY(i) - y) ** 2;
            if (distance < best && this.view.isVisible(i) && this.view.isIn(i, this.options.id)) {
                best = distance;
                found = i;
            }
        }
        return found;
    }

    private nearestTo(e: { clientX: number; clientY: number }): number | null {
        const box = this.svg.getBoundingClientRect();
        return this.nearest(e.clientX - box.left - MARGIN.left, e.clientY - box.top - MARGIN.top);
    }

    private hover(e: PointerEvent): void {
        const session = e.buttons === 0 ? this.nearestTo(e) : null;
        if (session === null)
            hideTip();
        else
            showTip(this.view, session, e.clientX, e.clientY);
    }

    private brushed(): void {
        this.isBrushing = false;
        if (this.isMoved)
            return;
        const box = event.selection as [[number, number], [number, number]] | null;
        if (box) {
            this.selectPlaces(box[0][0] / this.width, box[1][0] / this.width,
                1 - box[1][1] / this.height, 1 - box[0][1] / this.height);
            return;
        }
        const session = this.nearestTo(event.sourceEvent);
        this.view.select(session === null ? { region: null }
            : { region: null, channel: this.view.report.sessions.channel[session] });
    }

    private selectPlaces(x0: number, x1: number, y0: number, y1: number): void {
        const { placeX, placeY, x, y } = this;
        const words = (axis: Axis, a: number, b: number) =>
            `${axis.measure.name.toLowerCase()} ${axis.measure.format(axis.value(a))} to ${axis.measure.format(axis.value(b))}`;
        this.view.select({ region: {
            picture: this.options.id,
            words: `${words(x, x0, x1)}, ${words(y, y0, y1)}`,
            contains: i => placeX[i] >= x0 && placeX[i] <= x1 && placeY[i] >= y0 && placeY[i] <= y1,
        } });
    }

    /** The same selection without a mouse. */
    private rangeForm(): HTMLElement {
        const field = (label: string) => h("input", { type: "number", min: 0, step: "any", "aria-label": label });
        const { x, y } = this.options;
        const [x0, x1, y0, y1] = [x, y].flatMap(m => [field(`${m.name} from, ${m.unit}`), field(`${m.name} to, ${m.unit}`)]);
        const apply = button("Select", () => {
            const place = (axis: Axis, input: HTMLInputElement, otherwise: number) =>
                input.value === "" ? otherwise : axis.place(Number(input.value));
            const box = [place(this.x, x0, 0), place(this.x, x1, 1), place(this.y, y0, 0), place(this.y, y1, 1)] as const;
            this.selectPlaces(...box);
            this.moveBrush([[box[0] * this.width, (1 - box[3]) * this.height],
                [box[1] * this.width, (1 - box[2]) * this.height]]);
        });
        return h("details", { class: "ranges" }, h("summary", {}, "Select by numbers"),
            h("p", {}, `${x.name}, ${x.unit}: `, x0, " to ", x1), h("p", {}, `${y.name}, ${y.unit}: `, y0, " to ", y1),
            h("p", {}, apply));
    }

    // ---- export ----

    private toSvg(): string {
        const copy = this.svg.cloneNode(true) as SVGSVGElement, painter = new SvgPainter();
        const width = this.width + MARGIN.left + MARGIN.right, height = this.height + MARGIN.top + MARGIN.bottom + HEAD;
        copy.querySelectorAll(".brush, .threshold-handle").forEach(node => node.remove());
        inlineStyles(this.svg, copy);
        const inner = select(copy).attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`)
            .select<SVGGElement>("g").attr("transform", `translate(${MARGIN.left},${MARGIN.top + HEAD})`);
        this.drawHead(select(copy), painter);
        inner.node()!.append(this.svgMarks(painter));
        select(copy).insert("rect", ":first-child").attr("width", "100%").attr("height", "100%").attr("fill", colour("back"));
        return new XMLSerializer().serializeToString(copy);
    }

    /** Title and legend: a saved picture stands alone. */
    private drawHead(svg: Selection<SVGSVGElement, unknown, null, undefined>, painter: SvgPainter): void {
        const { report, threshold } = this.view, { byKind } = report.countsAt(threshold);
        const write = (x: number, y: number, words: string) =>
            svg.append("text").attr("x", x).attr("y", y).attr("fill", colour("text")).text(words);
        write(MARGIN.left, 18, this.options.title).attr("font-size", "14px").attr("font-weight", "600");
        let x = 0;
        report.kinds.forEach((kind, i) => {
            if (byKind[i] === 0 || this.view.hiddenKinds.has(i))
                return;
            const words = `${labelOf(kind)} ${formatCount(byKind[i])}`;
            painter.mark(kind, x + 5, 34 - HEAD - MARGIN.top, 1);
            write(MARGIN.left + x + 14, 38, words);
            x += 32 + 7 * words.length;
        });
    }

    private saveSvg(): void {
        download(`${this.options.id}.svg`, new Blob([this.toSvg()], { type: "image/svg+xml" }));
    }

    private async savePng(): Promise<void> {
        const scale = 2, url = URL.createObjectURL(new Blob([this.toSvg()], { type: "image/svg+xml" }));
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = h("canvas", { width: image.naturalWidth * scale, height: image.naturalHeight * scale });
        canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(url);
        canvas.toBlob(blob => blob && download(`${this.options.id}.png`, blob));
    }
}

function axisTitle(axis: Axis): string {
    const { name, unit } = axis.measure;
    return unit === "" ? name : `${name} (${unit})`;
}

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "text-anchor", "opacity"];

/** A saved picture has no style sheet: what it takes from the page's goes into attributes. */
function inlineStyles(from: Element, to: Element): void {
    const originals = [from, ...from.querySelectorAll("*")].filter(e => !e.closest(".brush, .threshold-handle"));
    [to, ...to.querySelectorAll("*")].forEach((element, i) => {
        const style = getComputedStyle(originals[i]);
        for (const name of STYLES)
            element.setAttribute(name, style.getPropertyValue(name));
        element.removeAttribute("class");
    });
}

