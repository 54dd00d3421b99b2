// What the tests of the page have in common: tanpa, its pages, and Chromium without a network.
//
// TANPA         the program under test (default: build/tanpa)
// TANPA_DATA    folder of real captures that are not in the repository
// TANPA_CHROMIUM  the browser (default: /usr/bin/chromium)
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const TANPA = process.env.TANPA ?? join(REPOSITORY, "build/tanpa");
export const DATA = process.env.TANPA_DATA ?? resolve(REPOSITORY, "../shared/data");
const CHROMIUM = process.env.TANPA_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];

export function tanpa(...args) {
    return execFileSync(TANPA, args, { encoding: "utf8", maxBuffer: 1 << 30, env: { ...process.env, TZ: "UTC" },
        stdio: ["ignore", "pipe", "pipe"] });
}

export function jsonLines(...args) {
    return tanpa(...args).split("\n").filter(line => line !== "").map(line => JSON.parse(line));
}

/** A folder that is gone when the test is over. */
export function folder(test) {
    const path = mkdtempSync(join(tmpdir(), "tanpa-web-"));
    test.after(() => rmSync(path, { recursive: true, force: true }));
    return path;
}

export function launch() {
    return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/**
 * Opens a page from the disk. Whatever it asks of the network is refused and noted in page.requests; what it
 * complains of is in page.complaints.
 */
export async function open(browser, path, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
    const page = await context.newPage();
    page.requests = [];
    page.complaints = [];
    page.on("console", message => ["error", "warning"].includes(message.type()) && page.complaints.push(message.text()));
    page.on("pageerror", error => page.complaints.push(String(error)));
    await page.route("**/*", route => {
        const url = route.request().url();
        if (url === pathToFileURL(path).href || url.startsWith("blob:") || url.startsWith("data:"))
            return route.continue();
        page.requests.push(url);
        return route.abort();
    });
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector("html[data-ready=yes]", { timeout: 60_000 });
    return page;
}
