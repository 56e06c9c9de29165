/** Something a person has to do before we can go on; `message` is the whole sentence that is shown, without a stack. */
export class StopWithSentence extends Error {
  override readonly name = "StopWithSentence";
}
