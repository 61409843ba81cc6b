#!/usr/bin/env python3
"""The bench on a real pseudo-terminal: editing, completion, several lines, interrupts, history, pasting.
Usage: terminal.py PATH-OF-VEKT. Needs a Unix system; prints what failed and ends with 1."""

import codecs, fcntl, os, pty, re, select, signal, struct, subprocess, sys, tempfile, termios, time

VEKT = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODEL = "examples/categories/model.vekt"
FAILED = []
KEPT = 200_000


class Sitting:
    def __init__(self, history, *arguments, rows=60):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 120, 0, 0))
        environment = dict(os.environ, VEKT_HISTORY=history, PAGER="cat", TERM="xterm-256color")
        environment.pop("NO_COLOR", None)
        self.child = subprocess.Popen(
            [VEKT, "repl", *arguments], stdin=slave, stdout=slave, stderr=slave,
            cwd=ROOT, env=environment, preexec_fn=self.control(slave), close_fds=True)
        os.close(slave)
        self.seen = ""
        self.decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    @staticmethod
    def control(slave):
        def take():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        return take

    def send(self, text):
        data = memoryview(text.encode())
        sent = 0
        while sent < len(data):
            select.select([], [self.master], [], 5)
            sent += os.write(self.master, data[sent:sent + 4096])
            self.read(0)

    def paste(self, text):
        """As a terminal hands over what is pasted: not a key at a time."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def computing(self):
        """Waits until the line was taken: while a line is edited, the terminal hands over every key."""
        end = time.time() + 60
        while not termios.tcgetattr(self.master)[3] & termios.ICANON:
            assert time.time() < end, "the line was not taken"
            self.read(0.02)

    def read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            got = os.read(self.master, 1 << 16)
        except OSError:
            return False
        # Only the end is looked at: what is echoed of ten megabytes would be searched again and again.
        self.seen = (self.seen + self.decode(got))[-KEPT:]
        return bool(got)

    def wait(self, wanted, seconds=60):
        """Reads until `wanted` (a pattern) is seen in plain text; what was seen up to there is used up."""
        end = time.time() + seconds
        while time.time() < end:
            plain = strip(self.seen)
            found = re.search(wanted, plain)
            if found:
                self.seen = ""
                return plain
            self.read(0.2)
        raise AssertionError(f"did not see {wanted!r}; saw {strip(self.seen)[-600:]!r}")

    def end(self, seconds=20):
        end = time.time() + seconds
        while time.time() < end and self.child.poll() is None:
            self.read(0.1)
        if self.child.poll() is None:
            self.child.kill()
            raise AssertionError("the bench does not end")
        return self.child.wait()


def strip(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|\r", "", text)


def test(name, run):
    try:
        run()
        print(f"ok      {name}")
    except Exception as error:
        FAILED.append(name)
        print(f"FAILED  {name}: {error}")


def colours_and_completion():
    sitting = Sitting("", MODEL)
    sitting.wait("vekt> ")
    sitting.send("sum(turn\t")
    end = time.time() + 20
    while "\x1b[36m" not in sitting.seen and time.time() < end:
        sitting.read(0.2)
    assert "\x1b[36m" in sitting.seen, "no colour"
    sitting.send("\x15sum(average_o\t)\r")
    sitting.wait(r"sum\(average_order\)[\s\S]*SEK")
    sitting.send(":und\t\r")
    sitting.wait("there is nothing to take back")
    sitting.send('turnover for "1000\t\t')
    sitting.wait("10003")
    sitting.send("\x15:quit\r")
    assert sitting.end() == 0


def several_lines():
    sitting = Sitting("", MODEL)
    sitting.wait("vekt> ")
    for line in ["service category_3 {", "owner customer_service", "newsletter 1 per year", "}"]:
        sitting.send(line + "\r")
    sitting.wait(r"nobody moves[\s\S]*customer_service")
    sitting.send("let broken = {\r\r\r")
    sitting.wait("never closed")
    sitting.send("count()\r")
    sitting.wait(r"\n7 000\s+vekt> ")
    sitting.send("\x04")
    sitting.wait("1 change was not saved")
    assert sitting.end() == 0


def ctrl_c_at_the_prompt():
    sitting = Sitting("", MODEL)
    sitting.wait("vekt> ")
    sitting.send("let half a declaration = {\r")
    sitting.send("\x03")
    sitting.wait("ends the sitting")
    sitting.send("1 + 1\r")
    sitting.wait(r"\n2\s+vekt> ")
    sitting.send("\x04")
    assert sitting.end() == 0


def ctrl_c_between_two_answers():
    sitting = Sitting("", MODEL)
    sitting.wait("vekt> ")
    sitting.send("count()\r")
    sitting.wait(r"7 000\s+vekt> ")
    # The signal finds nothing to stop; the sitting goes on all the same.
    os.kill(sitting.child.pid, signal.SIGINT)
    sitting.send("count()\r")
    sitting.wait(r"7 000")
    sitting.send("\x15:quit\r")
    assert sitting.end() == 0


# So many values can be asked for together.
LETS = 240


def ctrl_c_stops_the_evaluation():
    with tempfile.TemporaryDirectory() as folder:
        model, rows = os.path.join(folder, "model.vekt"), 1_000_000
        with open(model, "w") as file:
            file.write('model "Long" { edition 2026 }\ncustomers key id from "customers.csv" { id text, a number }\n'
                       "segments { high when a >= 5, low otherwise }\n")
            for number in range(LETS):
                terms = [f"floor(a * {number * 40 + term + 2} / 7)" for term in range(40)]
                file.write(f"let t{number} = {' + '.join(terms)}\n")
        with open(os.path.join(folder, "customers.csv"), "w") as file:
            file.write("id,a\n" + "".join(f"{row},{row % 10}\n" for row in range(rows)))
        sitting = Sitting("", model)
        sitting.wait("vekt> ", 120)

        def ask(number):
            """A question that takes some seconds; the number makes it another one, so that nothing is known of it."""
            sitting.paste(f"sum(({' + '.join(f't{at}' for at in range(asked))}) * {number})")
            sitting.send("\r")
            sitting.computing()
            return time.time()

        answer = r"\n[\d ]+(\.\d+)?\n\s*vekt> \s*$"
        # How long it takes undisturbed; more is asked until that is long enough to tell.
        asked, took = 2, 0.0
        while took < 3.0 and asked < LETS:
            asked = min(2 * asked, LETS)
            begun = ask(1)
            sitting.wait(answer, 300)
            took = time.time() - begun
        assert took >= 1.0, f"too quick to interrupt: {took:.2f} s"
        begun = ask(2)
        time.sleep(took / 4)
        sitting.send("\x03")
        sitting.wait(r"stopped; nothing was changed\s+vekt> \s*$", 300)
        stopped = time.time() - begun
        assert stopped < took * 0.7, f"stopped after {stopped:.2f} s of {took:.2f} s"
        # The sitting lives, and the same question has its answer.
        sitting.send("count()\r")
        sitting.wait(r"1 000 000\s+vekt> \s*$")
        ask(2)
        sitting.wait(answer, 300)
        sitting.send(":quit\r")
        assert sitting.end() == 0


def history_across_sittings():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "kept", "history")
        first = Sitting(path, MODEL)
        first.wait("vekt> ")
        first.send("sum(orders)\r")
        first.wait(r"\n[\d ]+\n")
        first.send(":quit\r")
        assert first.end() == 0
        second = Sitting(path, MODEL)
        second.wait("vekt> ")
        second.send("\x1b[A")
        second.send("\x1b[A")
        second.send("\r")
        second.wait(r"sum\(orders\)[\s\S]*\n[\d ]+\n")
        second.send("\x15:quit\r")
        assert second.end() == 0


def ten_megabytes_pasted():
    sitting = Sitting("", MODEL)
    sitting.wait("vekt> ")
    sitting.paste("let x = \"" + "x" * 10_000_000 + "\"")
    sitting.send("\r")
    sitting.wait("typed-too-long", 180)
    sitting.send("count()\r")
    sitting.wait(r"7 000", 60)
    sitting.send(":quit\r")
    assert sitting.end() == 0


def data_that_vanished():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cp", "-r", os.path.join(ROOT, "examples/categories"), folder], check=True)
        model = os.path.join(folder, "categories/model.vekt")
        sitting = Sitting("", model)
        sitting.wait("vekt> ")
        os.remove(os.path.join(folder, "categories/customers.csv"))
        sitting.send(":reload\r")
        sitting.wait("stays on the bench")
        sitting.send("count()\r")
        sitting.wait("7 000")
        sitting.send(":quit\r")
        assert sitting.end() == 0


for name, run in [(name, it) for name, it in list(globals().items()) if callable(it) and name not in (
        "Sitting", "strip", "test") and getattr(it, "__module__", "") == "__main__"]:
    test(name.replace("_", " "), run)
sys.exit(1 if FAILED else 0)
