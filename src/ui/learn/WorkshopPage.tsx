import '../share/share.css';
import './workshop.css';
import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { QrImage } from '../share/QrImage.tsx';
import { LESSON_IDS, learnAddress } from '../../store/learn-store.ts';
import { LEARN_PAGES, LESSON_INFO } from './lesson-list.ts';
import { workshopAddress } from './workshop-address.ts';
import { useWorkshopChecks, type Check } from './use-workshop-checks.ts';

/** Minutes from the start of each part, and what happens in it. */
const TIMINGS: readonly {
  from: number;
  to: number;
  title: string;
  what: string;
  lesson?: (typeof LESSON_IDS)[number];
}[] = [
  {
    from: 0,
    to: 5,
    title: 'What you see',
    what: 'Presenter mode with the recording “GPPO”: reward and clipped tokens.',
  },
  {
    from: 5,
    to: 15,
    title: 'From the policy gradient to the clip',
    what: 'Lessons 1 to 3 with their sliders.',
    lesson: 'gradient',
  },
  {
    from: 15,
    to: 25,
    title: 'Zones, and GPPO',
    what: 'Lessons 4 and 5; the recordings “PPO” and “GPPO” one after the other.',
    lesson: 'zones',
  },
  {
    from: 25,
    to: 35,
    title: 'Hands on',
    what: 'Everyone opens the page and presses Train; the preset “PPO, then GPPO”.',
  },
  {
    from: 35,
    to: 40,
    title: 'Collapse',
    what: 'The recording “Collapse”: KL, gradient norm, then the alarms.',
    lesson: 'watch',
  },
  { from: 40, to: 45, title: 'What the data shows', what: 'Lesson 8, and questions.', lesson: 'evidence' },
];

const MARK: Record<Check['state'], string> = { checking: 'checking', good: 'ready', bad: 'not ready' };

/** For the speaker of a talk or a workshop: checks, timings, and a handout. */
export function WorkshopPage() {
  const checks = useWorkshopChecks();
  const address = location.origin + location.pathname;
  const { open, note } = workshopAddress(location);
  return (
    <article className="lesson workshop" data-testid="workshop" aria-labelledby="lesson-title">
      <h2 id="lesson-title" tabIndex={-1}>
        {LEARN_PAGES.workshop}
      </h2>
      <section className="screen-only" aria-label="Checklist">
        <h3>Before the talk, on the machine that presents</h3>
        <ul className="checks">
          {checks.map(({ title, state, text }) => (
            <li key={title} data-state={state}>
              <b>{title}</b> <span className="check-state">{MARK[state]}</span> {text}
            </li>
          ))}
          <li>
            <b>Rehearsal</b> Run the preset of the talk once: kernels are then compiled, and their choices are kept.
          </li>
          <li>
            <b>Presenter mode</b> On <a href="#/train">Train</a>, press Present or Shift+P. Escape leaves it. No single
            key starts or stops anything there.
          </li>
        </ul>
      </section>
      <section className="screen-only" aria-label="Timings">
        <h3>45 minutes</h3>
        <table className="timings">
          <thead>
            <tr>
              <th scope="col">Minute</th>
              <th scope="col">Part</th>
              <th scope="col">On the screen</th>
            </tr>
          </thead>
          <tbody>
            {TIMINGS.map(({ from, to, title, what, lesson }) => (
              <tr key={from}>
                <td>
                  {from} to {to}
                </td>
                <th scope="row">{lesson ? <a href={learnAddress(lesson)}>{title}</a> : title}</th>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="handout" aria-label="Handout">
        <h3>Handout</h3>
        <p className="screen-only">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPrinter size={15} aria-hidden />}
            onClick={() => window.print()}
          >
            Print the handout
          </Button>
        </p>
        <p>
          GPPO Studio trains small language models in the browser and shows, token by token, what a clip strategy does
          to the gradient. It needs no installation and sends no data anywhere:
        </p>
        <p className="workshop-address" data-testid="workshop-address">
          <a href={address}>{address}</a>
        </p>
        {open && (
          <QrImage
            address={address}
            alt="QR code of this address"
            testId="workshop-qr"
            fileName="gppo-studio-address-qr.svg"
          />
        )}
        {note !== undefined && <p className="note screen-only">{note}</p>}
        <ol>
          {LESSON_IDS.map((id) => (
            <li key={id}>
              <b>
                <a href={learnAddress(id)}>{LESSON_INFO[id].title}</a>
              </b>
              . {LESSON_INFO[id].idea}
            </li>
          ))}
        </ol>
      </section>
    </article>
  );
}
