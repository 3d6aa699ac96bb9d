import type { ChatTurn } from '../../views/playground.ts';
import { endText, usePlayground, type Side } from '../../store/playground-store.ts';
import { nats, type Shading } from './token-shades.ts';
import { TokenText } from './TokenText.tsx';

/** Texts of at most this many tokens are shown large. */
const SHORT = 40;

/** The response of one model, token by token. */
export function ResponseColumn({ side, name, shading }: { side: Side; name: string; shading: Shading }) {
  const { prompt, response, turns, question, answer, busy, facts, error } = usePlayground(
    (state) => state.columns[side],
  );
  const mode = usePlayground((state) => state.mode);
  const chat = mode === 'chat';
  const total = response.reduce((sum, { reading }) => sum + (reading?.logprob ?? 0), 0);
  const streaming = busy && facts !== undefined;
  return (
    <section
      className="card response"
      aria-label={`Response of ${name || 'the model'}`}
      data-testid={`play-column-${side}`}
      data-state={streaming ? 'writing' : answer ? 'done' : 'empty'}
    >
      <h3 className="card-title">
        {name || 'No model'}
        <small>{response.length > 0 && `log-prob ${nats(total)}`}</small>
      </h3>
      {error && (
        <p className="note warning" role="alert" data-testid="play-error">
          {error.message} {error.advice}
        </p>
      )}
      {turns.map((turn, i) => (
        <PastTurn key={i} turn={turn} />
      ))}
      {chat && question !== '' && prompt.length + turns.length > 0 && <p className="message user">{question}</p>}
      {prompt.length === 0 && !error && (
        <p className="card-empty response-empty">
          {streaming ? 'Compiling kernels and reading the prompt' : 'Output appears here, shaded by token probability'}
        </p>
      )}
      {prompt.length > 0 && chat && (
        <details className="template">
          <summary>Formatted prompt: {prompt.length} tokens</summary>
          <div className="token-body">
            <TokenText tokens={prompt} side={side} part="prompt" shading={shading} label="Prompt" />
          </div>
        </details>
      )}
      {prompt.length > 0 && (
        <div
          className={
            chat ? 'token-body message' : prompt.length + response.length <= SHORT ? 'token-body short' : 'token-body'
          }
        >
          {!chat && <TokenText tokens={prompt} side={side} part="prompt" shading={shading} label="Prompt" />}
          <TokenText tokens={response} side={side} part="response" shading={shading} label="Response" />
          {streaming && <span className="caret" aria-hidden />}
        </div>
      )}
      {answer && (
        <p className="hint">
          {response.length} {response.length === 1 ? 'token' : 'tokens'}, {endText[answer.ended]}
        </p>
      )}
      <span className="visually-hidden" role="status">
        {streaming ? 'generating' : answer ? `response: ${answer.text}` : ''}
      </span>
    </section>
  );
}

function PastTurn({ turn: { role, content } }: { turn: ChatTurn }) {
  return <p className={role === 'user' ? 'message user' : 'message'}>{content}</p>;
}
