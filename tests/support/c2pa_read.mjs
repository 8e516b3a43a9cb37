// Reads PNG and JPEG files with @trustnxt/c2pa-ts; prints what it makes of each: [{valid, codes}]. Lies beside node_modules.
import { readFile } from "node:fs/promises";

import { JPEG, PNG } from "@trustnxt/c2pa-ts/asset";
import { SuperBox } from "@trustnxt/c2pa-ts/jumbf";
import { ManifestStore } from "@trustnxt/c2pa-ts/manifest";

async function look(file) {
  const data = await readFile(file);
  const asset = PNG.canRead(data) ? new PNG(data) : new JPEG(data);
  const result = await ManifestStore.read(SuperBox.fromBuffer(asset.getManifestJUMBF())).validate(asset);
  return { valid: result.isValid, codes: result.statusEntries.map((entry) => entry.code) };
}

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(look))));
