// What browsers have and TypeScript 4.8, Debian's, does not know of.

declare class DecompressionStream implements GenericTransformStream {
    constructor(format: "deflate" | "deflate-raw" | "gzip");
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
}

declare namespace Intl {
    function supportedValuesOf(key: "timeZone"): string[];
}
