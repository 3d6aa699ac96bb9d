/**
 * A Llama-family model of a given size as an ONNX graph with key-value cache, in the operators that exported models use
 * for WebGPU (GroupQueryAttention with rotary positions inside, SimplifiedLayerNormalization), so that ONNX Runtime
 * runs it efficiently. Weights are the initial weights of our own model of that size.
 *
 *   input_ids [B, S], attention_mask [B, P + S], past_key_values.L.key|value [B, H, P, E]  -> logits [B, S, V],
 *   present.L.key|value
 */
import { initializeTensors } from '../../../src/model/weights/initial-weights.ts';
import { type ModelConfig } from '../../../src/model/spec/model-config.ts';
import { stream } from '../../../src/random.ts';
import type { Size } from '../../sizes.ts';
import {
  bytes,
  concatenated,
  FLOAT,
  INT32,
  INT64,
  integer,
  message,
  node,
  tensor,
  text,
  valueInfo,
  type Bytes,
} from './protobuf.ts';

const MICROSOFT = 'com.microsoft';
const EPSILON = 1e-5;
const THETA = 10_000;
/** Versions of the format and of the operators. */
const IR_VERSION = 8;
const OPERATORS = 17;

export function onnxModel(size: Size): Bytes {
  const graph = new Graph(size);
  return concatenated([
    integer(1, IR_VERSION),
    bytes(7, graph.build()),
    message(8, text(1, ''), integer(2, OPERATORS)),
    message(8, text(1, MICROSOFT), integer(2, 1)),
  ]);
}

/** transformers.js finds the batch dimension of an empty cache by this name. */
const BATCH = 'batch_size';

export const positionsOf = (size: Size): number => 2 * size.length;

class Graph {
  private readonly nodes: Bytes[] = [];
  private readonly weights: Bytes[] = [];
  private readonly values: Bytes[] = [];

  constructor(private readonly size: Size) {}

  /** `GraphProto`. */
  build(): Bytes {
    const { layers, heads, hidden, vocabulary } = this.size;
    this.addWeights();
    this.values.push(
      valueInfo(11, 'input_ids', INT64, [BATCH, 'sequence']),
      valueInfo(11, 'attention_mask', INT64, [BATCH, 'total']),
    );
    this.addLengths();
    this.nodes.push(node('Gather', ['model.embed_tokens.weight', 'input_ids'], ['x0']));
    for (let layer = 0; layer < layers; layer++) {
      for (const part of ['key', 'value']) {
        this.values.push(
          valueInfo(11, `past_key_values.${layer}.${part}`, FLOAT, [BATCH, heads, 'past', hidden / heads]),
        );
        this.values.push(valueInfo(12, `present.${layer}.${part}`, FLOAT, [BATCH, heads, 'total', hidden / heads]));
      }
      this.addLayer(layer);
    }
    this.norm(`x${layers}`, 'model.norm', 'normed');
    this.nodes.push(node('MatMul', ['normed', 'lm_head'], ['logits']));
    this.values.push(valueInfo(12, 'logits', FLOAT, [BATCH, 'sequence', vocabulary]));
    return concatenated([...this.nodes, text(2, 'llama'), ...this.weights, ...this.values]);
  }

  private constant(name: string, type: number, dims: number[], data: ArrayBufferView<ArrayBuffer>): void {
    this.weights.push(
      bytes(5, tensor(name, type, dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
    );
  }

  /** Checkpoint tensors; matrices transposed to [in, out], as MatMul requires. */
  private addWeights(): void {
    const { size } = this;
    const config: ModelConfig = {
      architecture: 'llama',
      vocabularySize: size.vocabulary,
      hiddenSize: size.hidden,
      layers: size.layers,
      heads: size.heads,
      keyValueHeads: size.heads,
      headDimension: size.hidden / size.heads,
      intermediateSize: size.intermediate,
      maxPositions: positionsOf(size),
      ropeTheta: THETA,
      normEpsilon: EPSILON,
      tiedHead: false,
    };
    for (const [name, values] of initializeTensors(config, stream(1, 'bench'))) {
      const rows = /q_proj|k_proj|v_proj|o_proj|down_proj/.test(name)
        ? size.hidden
        : /gate_proj|up_proj/.test(name)
          ? size.intermediate
          : size.vocabulary;
      const columns = values.length / rows;
      if (/norm/.test(name)) this.constant(name, FLOAT, [size.hidden], values);
      else if (name === 'model.embed_tokens.weight') this.constant(name, FLOAT, [rows, columns], values);
      else this.constant(name.replace(/\.weight$/, ''), FLOAT, [columns, rows], transposed(values, rows, columns));
    }
    const half = config.headDimension / 2;
    for (const [name, f] of [
      ['cos', Math.cos],
      ['sin', Math.sin],
    ] as const) {
      const table = Float32Array.from({ length: positionsOf(size) * half }, (_, i) =>
        f(Math.floor(i / half) * THETA ** (-(i % half) / half)),
      );
      this.constant(name, FLOAT, [positionsOf(size), half], table);
    }
    this.constant('one', INT64, [1], new BigInt64Array([1n]));
    this.constant('axis', INT64, [1], new BigInt64Array([1n]));
    this.constant('second', INT64, [], new BigInt64Array([1n]));
  }

  /** Length inputs of GroupQueryAttention: each sequence's last position, and the maximum length. */
  private addLengths(): void {
    this.nodes.push(
      node('ReduceSum', ['attention_mask', 'axis'], ['lengths'], { integers: { keepdims: 0 } }),
      node('Sub', ['lengths', 'one'], ['last']),
      node('Cast', ['last'], ['seqlens_k'], { integers: { to: INT32 } }),
      node('Shape', ['attention_mask'], ['mask_shape']),
      node('Gather', ['mask_shape', 'second'], ['total_length']),
      node('Cast', ['total_length'], ['total_sequence_length'], { integers: { to: INT32 } }),
    );
  }

  /** RMSNorm over the last axis, the operator's default. */
  private norm(input: string, gain: string, output: string): void {
    this.nodes.push(
      node('SimplifiedLayerNormalization', [input, `${gain}.weight`], [output], { floats: { epsilon: EPSILON } }),
    );
  }

  private addLayer(layer: number): void {
    const { heads } = this.size;
    const weight = (part: string) => `model.layers.${layer}.${part}`;
    const name = (part: string) => `${part}.${layer}`;
    const product = (input: string, part: string, output: string) =>
      this.nodes.push(node('MatMul', [input, weight(part)], [output]));
    this.norm(`x${layer}`, weight('input_layernorm'), name('normed1'));
    for (const part of ['q', 'k', 'v']) product(name('normed1'), `self_attn.${part}_proj`, name(part));
    const past = (part: string) => `past_key_values.${layer}.${part}`;
    this.nodes.push(
      node(
        'GroupQueryAttention',
        [
          name('q'),
          name('k'),
          name('v'),
          past('key'),
          past('value'),
          'seqlens_k',
          'total_sequence_length',
          'cos',
          'sin',
        ],
        [name('attended'), `present.${layer}.key`, `present.${layer}.value`],
        {
          domain: MICROSOFT,
          integers: { num_heads: heads, kv_num_heads: heads, do_rotary: 1, rotary_interleaved: 0 },
        },
      ),
    );
    product(name('attended'), 'self_attn.o_proj', name('projected'));
    this.nodes.push(node('Add', [`x${layer}`, name('projected')], [name('middle')]));
    this.norm(name('middle'), weight('post_attention_layernorm'), name('normed2'));
    product(name('normed2'), 'mlp.gate_proj', name('gate'));
    product(name('normed2'), 'mlp.up_proj', name('up'));
    this.nodes.push(
      node('Sigmoid', [name('gate')], [name('sigmoid')]),
      node('Mul', [name('gate'), name('sigmoid')], [name('silu')]),
      node('Mul', [name('silu'), name('up')], [name('inner')]),
    );
    product(name('inner'), 'mlp.down_proj', name('mlp'));
    this.nodes.push(node('Add', [name('middle'), name('mlp')], [`x${layer + 1}`]));
  }
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0,
  );
}
