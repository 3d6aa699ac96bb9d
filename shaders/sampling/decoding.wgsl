// State of a generating batch. Row n stands for a sequence that has not ended; its Slot says which, and where its
// prompt's keys are. While generating, Row.start is 1 once the sequence has ended and Row.end counts its tokens.
struct Slot {
  sequence: u32,      // number among the prompts given: keys of randomness, place of results, own part of the cache
  prompt_first: u32,  // first row of its prompt in the prompt cache
  prompt_length: u32, // rows of it there: all tokens but the last
  spare: u32,
}
