// A table over numbered rows: sort, search, pages, copy, CSV.
import { button, copyButton, download, h, search, select } from "./dom";
import { formatCount } from "./format";

export interface TableColumn {
    title: string;
    isNumber?: boolean;
    /** What it is sorted by. */
    key(row: number): number | string;
    /** What is shown; a node may have controls in it. */
    show(row: number): string | Node;
    /** What is copied and saved, when it is not the key. */
    plain?(row: number): string | number;
    /** Paper is not wide enough for all. */
    isForScreen?: boolean;
    /** Whether lines may end anywhere in it, on paper. */
    breaks?: boolean;
    /** Whether there is nothing to be seen in it now. */
    isHidden?(): boolean;
}

export interface TableOptions {
    name: string; // of the file
    one: string; // "session"
    columns: TableColumn[];
    /** A test for the rows that match a text, which is not empty and in lower case. */
    matcher(text: string): (row: number) => boolean;
    sortedBy?: string; // title of the column whose largest values come first to begin with
}

const PAGE_SIZES = [10, 25, 100, 500];

/** RFC 4180; what a spreadsheet would run as a formula gets an apostrophe, as in tanpa's own CSV. */
export function csvField(value: string | number): string {
    let text = String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text))
        text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function classOf({ isNumber, isForScreen, breaks }: TableColumn): string {
    return [isNumber && "number", isForScreen && "screen", breaks && "breaks"].filter(Boolean).join(" ");
}

export class DataTable {
    private all: ArrayLike<number> = [];
    private rows = new Uint32Array(0);
    private text = "";
    private sortedBy = -1;
    private descending = false;
    private page = 0;
    private pageSize = PAGE_SIZES[0];
    private readonly headings: HTMLTableCellElement[];
    private readonly body = h("tbody");
    private readonly status = h("span", { role: "status" });
    private readonly previous = button("‹", () => this.turn(-1), { "aria-label": "Previous page" });
    private readonly sizes = select("Rows", PAGE_SIZES.map(n => ({ value: String(n), label: String(n) })), value => {
        this.pageSize = Number(value);
        this.page = 0;
        this.draw();
    });
    private readonly next = button("›", () => this.turn(1), { "aria-label": "Next page" });

    constructor(root: HTMLElement, private readonly options: TableOptions) {
        this.headings = options.columns.map((column, i) => h("th", { scope: "col", class: classOf(column) },
            button(column.title, () => this.sortBy(i))));
        const title = root.querySelector("h2")!.textContent!;
        root.append(
            h("div", { class: "tools" }, search(`Search ${options.one}s`, text => { this.text = text; this.find(); }),
                button("CSV", () => this.save(), { "aria-label": `Save the ${options.one}s that are listed as CSV` }),
                ...copyButton(`Copy the ${options.one}s that are listed`,
                    () => this.lines(value => String(value).replace(/[\t\r\n]/g, " "), "\t"))),
            h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, the table` },
                h("table", { class: "data" }, h("thead", {}, h("tr", {}, ...this.headings)), this.body)),
            h("div", { class: "pager" }, this.previous, this.status, this.next,
                this.sizes));
        const first = options.columns.findIndex(column => column.title === options.sortedBy);
        if (first >= 0)
            this.sortBy(first);
    }

    setRows(rows: ArrayLike<number>): void {
        this.all = rows;
        this.find();
    }

    private find(): void {
        const matches = this.text === "" ? null : this.options.matcher(this.text);
        this.rows = Uint32Array.from(this.all);
        if (matches)
            this.rows = this.rows.filter(matches);
        this.sort();
        this.page = 0;
        this.draw();
    }

    private sortBy(column: number): void {
        const isNumber = this.options.columns[column].isNumber ?? false;
        this.descending = this.sortedBy === column ? !this.descending : isNumber; // the largest first
        this.sortedBy = column;
        this.headings.forEach((heading, i) => {
            if (i === column)
                heading.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
            else
                heading.removeAttribute("aria-sort");
        });
        this.find();
    }

    private sort(): void {
        if (this.sortedBy < 0)
            return;
        const { key } = this.options.columns[this.sortedBy], sign = this.descending ? -1 : 1;
        const keys = new Map<number, number | string>();
        for (const row of this.rows)
            keys.set(row, key(row));
        this.rows.sort((a, b) => {
            const x = keys.get(a)!, y = keys.get(b)!;
            return x < y ? -sign : x > y ? sign : a - b;
        });
    }

    private turn(by: number): void {
        this.page += by;
        this.draw();
    }

    draw(): void {
        const { columns, one } = this.options, { length } = this.rows;
        const from = this.page * this.pageSize, to = Math.min(from + this.pageSize, length);
        const shown = columns.filter(column => !column.isHidden?.());
        this.headings.forEach((heading, i) => { heading.hidden = !shown.includes(columns[i]); });
        this.body.replaceChildren(...Array.from(this.rows.subarray(from, to), row =>
            h("tr", {}, ...shown.map(column => h("td", { class: classOf(column) }, column.show(row))))));
        this.status.textContent = length === 0 ? `No ${one}s`
            : `${formatCount(from + 1)}–${formatCount(to)} of ${formatCount(length)} ${one}${length === 1 ? "" : "s"}`;
        this.previous.hidden = this.next.hidden = this.sizes.hidden = length <= PAGE_SIZES[0];
        this.previous.disabled = from === 0;
        this.next.disabled = to === length;
    }

    private lines(field: (value: string | number) => string, separator: string): string {
        const columns = this.options.columns.filter(column => !column.isHidden?.());
        const lines = Array.from(this.rows, row =>
            columns.map(column => field((column.plain ?? column.key)(row))).join(separator));
        return [columns.map(column => field(column.title)).join(separator), ...lines, ""].join("\n");
    }

    private save(): void {
        download(`${this.options.name}.csv`, new Blob([this.lines(csvField, ",")], { type: "text/csv" }));
    }
}
