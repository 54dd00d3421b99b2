// Unpacks the columns of the page: src/report/page/pack.c writes them, docs/formats.md describes them.

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

interface Item { name: string; rows?: number; width?: number; bytes?: number; strings?: string[]; }

export class Columns {
    private readonly columns = new Map<string, Column>();
    private readonly lists = new Map<string, string[]>();

    constructor(plain: Uint8Array) {
        const size = new DataView(plain.buffer, plain.byteOffset).getUint32(0, true);
        const items = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + size))) as Item[];
        let at = 4 + size;
        for (const { name, rows = 0, width = 0, bytes, strings } of items) {
            const length = rows * (bytes ?? width);
            if (strings)
                this.lists.set(name, strings);
            else
                this.columns.set(name, bytes ? plain.subarray(at, at + length) : unpack(plain, at, rows, width));
            at += length;
        }
    }

    numbers(name: string): Column {
        return found(this.columns, name);
    }

    bytes(name: string): Uint8Array {
        return found(this.columns, name) as Uint8Array;
    }

    strings(name: string): string[] {
        return found(this.lists, name);
    }
}

function found<T>(map: Map<string, T>, name: string): T {
    const value = map.get(name);
    if (value === undefined)
        throw new Error(`the data has no '${name}'`);
    return value;
}

/** Values whose bytes lie apart: first all lowest bytes, then the next. */
function unpack(plain: Uint8Array, at: number, rows: number, width: number): Column {
    const values = width <= 1 ? new Uint8Array(rows)
        : width === 2 ? new Uint16Array(rows)
            : width <= 4 ? new Uint32Array(rows) : new Float64Array(rows);
    for (let byte = 0, weight = 1; byte < width; byte++, weight *= 256)
        for (let i = 0; i < rows; i++)
            values[i] += plain[at + byte * rows + i] * weight;
    return values;
}

/** Base64 of a zlib stream. */
export async function inflate(base64: string): Promise<Uint8Array> {
    const text = atob(base64), packed = new Uint8Array(text.length);
    for (let i = 0; i < packed.length; i++) // Uint8Array.from() takes half a second for this
        packed[i] = text.charCodeAt(i);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}
