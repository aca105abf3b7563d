"""Runs a command on a pseudo-terminal, for tests.

    python3 run-in-terminal.py COLUMNS ROWS COMMAND…

Standard input goes to the command as keys; what it writes comes out on standard output. Lines on file descriptor 3 are orders: `size COLUMNS ROWS`
changes the window, `signal NAME` sends a signal to the command. When it has ended, one line of JSON on file descriptor 4 says how, and whether the
modes of the terminal are as they were before it began.
"""
import fcntl, json, os, select, signal, struct, sys, termios

columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
control, slave = os.openpty()


def resize(columns, rows):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


resize(columns, rows)
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.close(control)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)
    os.execvp(command[0], command)


def order(words):
    if words[0] == "size":
        resize(int(words[1]), int(words[2]))
        os.kill(child, signal.SIGWINCH)
    elif words[0] == "signal":
        os.kill(child, getattr(signal, words[1]))


sources, status = [0, 3, control], None
while status is None:
    ready, _, _ = select.select(sources, [], [], 0.05)
    if control in ready:
        os.write(1, os.read(control, 65536))
    if 0 in ready:
        keys = os.read(0, 65536)
        if keys:
            os.write(control, keys)
        else:
            sources.remove(0)
            os.kill(child, signal.SIGKILL)
    if 3 in ready:
        orders = os.read(3, 65536).decode()
        if not orders:
            sources.remove(3)
        for text in orders.splitlines():
            order(text.split())
    ended, how = os.waitpid(child, os.WNOHANG)
    if ended:
        status = how
while select.select([control], [], [], 0.05)[0]:
    os.write(1, os.read(control, 65536))
restored = termios.tcgetattr(slave) == before
killed = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else None
result = {"status": os.WEXITSTATUS(status) if killed is None else None, "signal": killed, "restored": restored}
os.write(4, (json.dumps(result) + "\n").encode())
