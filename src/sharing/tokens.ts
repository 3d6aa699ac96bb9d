/** Responses of a rollout as coloured tokens, as on the page. */
import { compact } from '../run/metrics/units.ts';
import { ZONES, type RolloutView, type TokenView } from '../run/step-record.ts';
import { ZONE_TEXTS } from '../run/zone-texts.ts';
import { markup, type Html } from './html.ts';
import { SHOWN_RESPONSES } from './run-facts.ts';

/** Of one response. */
const MOST_TOKENS = 400;
/** Characters of a prompt. */
const MOST_PROMPT = 2000;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

const facts = ({ ratio, oldProbability, probability, weight, ppoWeight, zone }: TokenView): string =>
  `${ZONE_TEXTS[zone].title}: ratio ${compact(ratio)}, probability ${compact(oldProbability)} → ` +
  `${compact(probability)}, gradient weight ${compact(weight)}, PPO's ${compact(ppoWeight)}`;

const tokenSpan = (token: TokenView): Html =>
  markup`<span class="t ${token.zone}" title="${facts(token)}">${token.text}</span>`;

function response(one: RolloutView): Html {
  const { prompt, reward, correct, advantage, answer, tokens, unused = [] } = one;
  const left = Math.max(0, tokens.length + unused.length - MOST_TOKENS);
  return markup`<article class="response"><p>reward ${compact(reward)}, ${correct ? 'correct' : 'incorrect'},
advantage ${compact(advantage)}${!correct && answer !== '' ? `, expected answer ${cut(answer, 200)}` : ''}</p>
<div class="text"><b>${cut(prompt, MOST_PROMPT)}</b>${tokens.slice(0, MOST_TOKENS).map(tokenSpan)}${unused
    .slice(0, Math.max(0, MOST_TOKENS - tokens.length))
    .join('')}</div>
${left > 0 && markup`<p>${left} further tokens are left out.</p>`}</article>\n`;
}

/** The zones with their colours, and the responses. */
export function tokenSection(responses: readonly RolloutView[]): Html[] {
  if (responses.length === 0) return [];
  return [
    markup`<p class="aside">Point at a token for its ratio and gradient weight. Zones:</p>
<ul class="key">${ZONES.map(
      (zone) =>
        markup`<li title="${ZONE_TEXTS[zone].meaning}"><span class="t ${zone}">${ZONE_TEXTS[zone].title}</span></li>`,
    )}</ul>\n`,
    ...responses.slice(0, SHOWN_RESPONSES).map(response),
  ];
}
