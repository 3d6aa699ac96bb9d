import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProblemDetail, ResponseDetail } from '../../views/evaluation.ts';
import { compact, percent } from '../format.ts';
import { CorrectMark } from '../rewards/CorrectMark.tsx';
import type { Change, ProblemRow } from './problem-rows.ts';

const CHANGES: Record<Change, { sign: string; className: string }> = {
  improved: { sign: '▲ improved', className: 'good' },
  worse: { sign: '▼ worse', className: 'bad' },
  same: { sign: '= same', className: 'aside' },
};

/** One problem; unfolded, all its responses. */
export function ProblemLine({ row, compared }: { row: ProblemRow; compared: boolean }) {
  const [open, setOpen] = useState(false);
  const { detail, rate, greedy, before, change } = row;
  const label = `Responses to problem ${detail.problem + 1}`;
  const correct = detail.responses.filter((one) => one.correct).length;
  return (
    <>
      <tr data-testid="evaluate-problem">
        <th scope="row" className="evaluate-prompt">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={20}
            aria-label={label}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          </ActionIcon>
          <span className="evaluate-text">{detail.prompt}</span>
          {detail.difficulty !== undefined && <span className="aside"> {detail.difficulty}</span>}
        </th>
        <td className="mono evaluate-answer">{detail.answer}</td>
        <td>
          <CorrectMark correct={greedy} />
        </td>
        <td>
          {correct} <span className="aside">({percent(rate, 0)})</span>
        </td>
        {compared && <td>{before ? percent(before.rate, 0) : '–'}</td>}
        {compared && (
          <td>{change ? <span className={CHANGES[change].className}>{CHANGES[change].sign}</span> : 'new'}</td>
        )}
      </tr>
      {open && (
        <tr>
          <td colSpan={compared ? 6 : 4} className="evaluate-responses">
            <Responses title="Responses" detail={detail} />
            {before && <Responses title="Before" detail={before.detail} />}
          </td>
        </tr>
      )}
    </>
  );
}

function Responses({ title, detail: { greedy, responses } }: { title: string; detail: ProblemDetail }) {
  return (
    <div>
      <h4 className="section-title">{title}</h4>
      <ul>
        <Response name="greedy" response={greedy} />
        {responses.map((response, i) => (
          <Response key={i} name={`sample ${i + 1}`} response={response} />
        ))}
      </ul>
    </div>
  );
}

function Response({ name, response }: { name: string; response: ResponseDetail }) {
  const { response: text, correct, reward, rewards, tokens, finished, error, reason } = response;
  const parts = Object.entries(rewards).map(([key, score]) => `${key} ${compact(score)}`);
  return (
    <li>
      <div className="evaluate-response-head">
        <span>{name}</span>
        <CorrectMark correct={correct} />
        <span>reward {[compact(reward), ...parts].join(', ')}</span>
        <span>
          {tokens} tokens{!finished && ', cut off'}
        </span>
      </div>
      <div className="evaluate-text">{text}</div>
      {error !== undefined && <div className="field-problem">{error}</div>}
      {reason !== undefined && <div className="aside">{reason}</div>}
    </li>
  );
}
