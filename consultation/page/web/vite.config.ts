import { defineConfig } from "vitest/config";
import { shippedFacts } from "./shipped_facts.ts";

export default defineConfig({
  plugins: [shippedFacts()],
  base: "./",
  build: {
    outDir: "../assets", emptyOutDir: true, target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: true,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
