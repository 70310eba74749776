// Makes static/codemirror.js and its licences of the packages that the lockfile
// names. Run by `make codemirror`; the result is committed.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

process.chdir(join(import.meta.dirname, ".."));

// What the bundle is made of: a test compares it with the first line of the bundle.
const sum = createHash("sha256");
for (const name of ["package-lock.json", "codemirror/entry.js", "codemirror/bundle.mjs"]) sum.update(readFileSync(name));

const { metafile } = await build({
  entryPoints: ["codemirror/entry.js"],
  outfile: "static/codemirror.js",
  bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none", metafile: true,
  banner: { js: `// CodeMirror and Lezer (MIT), see codemirror.LICENSE.txt. Made of ${sum.digest("hex")}` },
});

const packages = [...new Set(Object.keys(metafile.inputs).map((f) => f.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean))].sort();
const licences = packages.map((name) => {
  const dir = join("node_modules", name), { version, license } = JSON.parse(readFileSync(join(dir, "package.json")));
  if (license !== "MIT") throw new Error(`${name} is ${license}`);
  const file = readdirSync(dir).find((f) => /^licen[cs]e/i.test(f));
  return `${name} ${version} (${license})\n\n${readFileSync(join(dir, file), "utf8").trim()}\n`;
});
writeFileSync("static/codemirror.LICENSE.txt", licences.join("\n----\n\n"));
