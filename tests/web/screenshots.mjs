#!/usr/bin/env node
// Pictures of the page: each report at 1,440 and 390 pixels, light and dark.
//
//     tests/web/screenshots FOLDER CAPTURE…
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { launch, open, tanpa } from "./kit.mjs";

const [folder, ...captures] = process.argv.slice(2);
if (captures.length === 0) {
    console.error("usage: tests/web/screenshots FOLDER CAPTURE…");
    process.exit(2);
}
mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const capture of captures) {
    const name = basename(capture).replace(/\..*/, ""), path = join(folder, `${name}.html`);
    tanpa("scan", "--quiet", "--html", path, capture);
    for (const width of [1440, 390])
        for (const colorScheme of ["light", "dark"]) {
            const page = await open(browser, path, { viewport: { width, height: 900 }, colorScheme });
            await page.waitForTimeout(200);
            await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
            await page.context().close();
        }
    console.log(path);
}
await browser.close();
