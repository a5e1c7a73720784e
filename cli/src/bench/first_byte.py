"""How long from the exec of a command on a terminal to the first byte it shows, and to an answer that it has to compute.

first_byte.py RUNS PAUSE QUESTION ANSWER END LABEL COMMAND...

The question is typed at once; what the terminal echoes of it does not count. END ends the program. Prints two rows as ./bench does.
"""
import os
import pty
import sys
import time


def unescaped(text):
    return text.encode().decode("unicode_escape").encode()


def once(question, answer, end, command):
    start = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    os.write(terminal, question)
    seen, first = b"", None
    try:
        while answer not in seen:
            piece = os.read(terminal, 4096)
            if piece.strip() == question.strip():
                continue
            first = first or time.monotonic() - start
            seen += piece
        answered = time.monotonic() - start
        os.write(terminal, end)
        while os.read(terminal, 4096):
            pass
    except OSError:
        # A terminal whose program has ended says so with an error.
        pass
    os.waitpid(pid, 0)
    if answer not in seen:
        sys.exit("bench: %s did not answer: %r" % (" ".join(command), seen))
    return first * 1000, answered * 1000


def row(label, values):
    values = sorted(values)
    print("%-58s %8.1f ms  (%.1f-%.1f, p95 %.1f)" % (
        label, values[len(values) // 2], values[0], values[-1], values[max(0, round(len(values) * 0.95) - 1)]))


runs, pause = int(sys.argv[1]), float(sys.argv[2])
question, answer, end = map(unescaped, sys.argv[3:6])
took = []
for _ in range(runs):
    time.sleep(pause)
    took.append(once(question, answer, end, sys.argv[7:]))
if sys.argv[6]:
    row(sys.argv[6] + ", first byte", [first for first, _ in took])
    row("  and the answer to a question", [answered for _, answered in took])
