/** Text that a template has written so far. */
import { chargeText, LONGEST } from './budget.ts';
import { TemplateError } from './values.ts';

export class Output {
  private readonly parts: string[] = [];
  /** In UTF-16 units. */
  length = 0;

  write(text: string): void {
    this.length += text.length;
    if (this.length > LONGEST) throw new TemplateError(`its text of ${this.length} characters is too long`);
    this.parts.push(text);
  }

  get text(): string {
    chargeText(this.length);
    return this.parts.join('');
  }
}
