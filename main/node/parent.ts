/** The supervisor holds the other end of our standard input; when it dies, by whatever means, the pipe closes. */
export function whenParentDies(end: () => void): void {
  process.stdin.on('end', end).on('error', end).resume()
}
