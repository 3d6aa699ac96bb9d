/** ONNX Runtime's WebAssembly from the page's own origin; by default it would be downloaded from a public server. */
import module from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

export const WASM_PATHS = {
  mjs: new URL(module, self.location.href).href,
  wasm: new URL(wasm, self.location.href).href,
};
