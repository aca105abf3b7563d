import { closeSync, openSync } from 'node:fs'

/**
 * SIGHUP says two things: read your files again, to a service; the terminal is gone, to what runs in one. Which it is shows in whether there was a terminal
 * and is none any more.
 */
export function onHangUp(readAgain: () => void, terminalGone: () => void): { stop(): void } {
  const hadTerminal = hasTerminal()
  const hear = () => (hadTerminal && !hasTerminal() ? terminalGone() : readAgain())
  process.on('SIGHUP', hear)
  return { stop: () => process.off('SIGHUP', hear) }
}

/** The controlling terminal can be opened only while it is there. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
