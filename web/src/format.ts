// Numbers in the reader's locale; times in ISO 8601's order, in the zone that is chosen.

const count = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const wholePercents = new Intl.NumberFormat(undefined, { style: "percent" });
const threeDigits = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

export function formatCount(n: number): string {
    return count.format(n);
}

/** Of what may not be known: NaN. */
export function formatMean(n: number): string {
    return Number.isNaN(n) ? "–" : oneDigit.format(n);
}

/** Without a digit behind the point, since it is no more exact; and nothing is certain. */
export function formatChance(n: number): string {
    return n >= 0.995 ? `> ${wholePercents.format(0.99)}` : wholePercents.format(n);
}

export function formatShare(n: number): string {
    return percents.format(n);
}

export function formatNumber(n: number): string {
    return threeDigits.format(n);
}

export function plural(n: number, one: string, many = one + "s"): string {
    return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** Text of others as it can be shown: what is not seen, or turns the order of letters around, becomes \\u{…}. */
export function printable(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, c => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** Powers of 1000, as tanpa has them in text. */
export function formatBytes(n: number): string {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (n >= 999.5 && unit < units.length - 1) {
        n /= 1000;
        unit++;
    }
    return `${threeDigits.format(n)} ${units[unit]}`;
}

export function formatDuration(us: number): string {
    const s = us / 1e6;
    if (s === 0)
        return "0 s";
    if (s < 0.001)
        return `${threeDigits.format(us)} µs`;
    if (s < 1)
        return `${threeDigits.format(s * 1000)} ms`;
    if (s < 120 && s % 60 !== 0)
        return `${threeDigits.format(s)} s`;
    const parts: [number, string][] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
    const first = parts.findIndex(([size]) => s >= size);
    const [big, small] = [parts[first], parts[first + 1]];
    const whole = Math.floor(s / big[0]), rest = Math.floor((s - whole * big[0]) / small[0]);
    return rest === 0 ? `${whole} ${big[1]}` : `${whole} ${big[1]} ${rest} ${small[1]}`;
}

/** Times are microseconds since the epoch. */
export class Clock {
    private date!: Intl.DateTimeFormat;
    private zoneName!: Intl.DateTimeFormat;
    private zoneId = "";

    constructor(zone: string) {
        this.zone = zone;
    }

    get zone(): string {
        return this.zoneId;
    }

    set zone(zone: string) {
        this.zoneId = zone;
        this.date = new Intl.DateTimeFormat("sv-SE", { // writes 2009-03-13 01:20:04
            timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
            hour: "2-digit", minute: "2-digit", second: "2-digit",
        });
        this.zoneName = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "short" });
    }

    /** "2009-03-13 01:20:04". */
    format(us: number): string {
        return this.date.format(Math.floor(us / 1000));
    }

    /** With milliseconds. */
    formatFine(us: number): string {
        const ms = Math.floor(us / 1000);
        return `${this.date.format(ms)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, "0")}`;
    }

    /** "UTC", "GMT+9". */
    name(us: number): string {
        const part = this.zoneName.formatToParts(Math.floor(us / 1000)).find(p => p.type === "timeZoneName");
        return part?.value ?? this.zoneId;
    }

    /** Milliseconds that the zone is ahead of UTC. */
    offset(us: number): number {
        const ms = Math.floor(us / 1e6) * 1000;
        return Date.parse(this.date.format(ms).replace(" ", "T") + "Z") - ms;
    }
}

/** "2009-03-13T01:20:04.526421Z": for files, always UTC. */
export function isoTime(us: number): string {
    const seconds = Math.floor(us / 1e6);
    const rest = String(Math.round(us - seconds * 1e6)).padStart(6, "0");
    return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, `.${rest}Z`);
}
