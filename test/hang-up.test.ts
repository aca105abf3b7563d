/** SIGHUP in a terminal: a signal that somebody sends, and the terminal's end. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { MAIN, root } from './product.ts'
import { ptyMissing } from './pty.ts'

/** Starts the command on a pseudo-terminal, sends SIGHUP once it serves, closes the terminal once it has answered, and says how the command ended. */
const IN_A_TERMINAL = `
import os, pty, signal, sys
child, control = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said = b""
def until(text):
    global said
    while text not in said:
        said += os.read(control, 65536)
until(b"the console is on")
os.kill(child, signal.SIGHUP)
until(b"are read again")
os.close(control)
_, how = os.waitpid(child, 0)
print("signal", os.WTERMSIG(how)) if os.WIFSIGNALED(how) else print("status", os.WEXITSTATUS(how))
`

test.skipIf(ptyMissing() !== undefined)('files are read again when it is sent, and the program ends with its terminal', () => {
  const { stdout, stderr } = spawnSync('python3', ['-c', IN_A_TERMINAL, process.execPath, MAIN, '-w', 'auto', '-i', 'none'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect([stdout.trim(), stderr]).toEqual(['status 0', ''])
})
