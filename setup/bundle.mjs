// Bundle site/ui/assets into $VAR_DIR/assets/ui, for browsers from Chrome 80 on. Run by `make setup`.
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bootstrapTaken } from "./bootstrap.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "../site/ui/assets");
const target = join(resolve(process.env.VAR_DIR || join(here, "../var")), "assets/ui");

const bootstrap = {
  name: "bootstrap-taken",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bootstrap-taken$/ }, (found) => ({ path: found.path, namespace: "bootstrap" }));
    onLoad({ filter: /.*/, namespace: "bootstrap" }, async () => ({
      contents: await bootstrapTaken(join(here, "node_modules/bootstrap/dist/css/bootstrap.css")),
      loader: "css",
    }));
  },
};

await mkdir(target, { recursive: true });
await build({
  entryPoints: ["css/site.css", "css/work.css", "css/drills.css", "css/campaign.css", "css/figures.css", "js/prefs.js", "js/site.js", "js/work.js"].map((name) => join(source, name)),
  outdir: target,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome80"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [bootstrap],
});
