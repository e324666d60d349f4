import Measures
import Schedule
import TestSupport
import Testing
import Timeline

@testable import Coordinator

struct LiveScreenTests {
    private static func tick(_ second: Int64, bad: Int = 0, waiting: Int = 0) -> RunTick {
        var window = LiveWindow()
        window.duePerSecond = 500
        window.endedPerSecond = 498
        window.ended = 2500
        window.good = 2500 - bad
        window.waiting = waiting
        if bad > 0 { window.errors = ["status 503": bad] }
        for _ in 0..<2500 { window.latencies.record(.milliseconds(1)) }
        var place = RunPlace()
        place.phase = "cut, phase 4 of 7"
        place.acting = [RunPlace.Entry(text: "cut#1 partition of web2 and lb", left: .seconds(9))]
        place.next = RunPlace.Entry(text: "crash#1 kill nginx on web1", left: .seconds(19))
        let share = Share("50%") ?? .zero
        return RunTick(
            at: Instant(.seconds(second)),
            end: Instant(.seconds(90)),
            window: window,
            active: ["cut#1"],
            place: place,
            guards: [GuardReading(limit: share, over: .seconds(10), due: 1000, good: 998)]
        )
    }

    @Test(
        "phase, faults, what is next, rates, times, errors, the guard's distance and the time left, in ten lines"
    )
    func complete() {
        let lines = LiveScreen(Self.tick(41, bad: 5, waiting: 300)).lines(columns: 200, rows: 50)
        let text = lines.joined(separator: "\n")
        #expect(lines.count <= 10)
        for words in [
            "cut, phase 4 of 7", "41 of 90 s", "49 s left", "cut#1 partition of web2 and lb, 9 s left",
            "crash#1 kill nginx on web1 in 19 s", "500/s due, 498/s done, 300 waiting", "p50 1.0", "p99 1.0",
            "99.8 %: 5 status 503", "availability 99.8 % over 10s; stops below 50%",
        ] { #expect(text.contains(words), "\(words) is not in\n\(text)") }
    }

    @Test("however small the terminal is, no line is as wide and two rows stay free")
    func small() {
        for columns in 1..<120 {
            for rows in [1, 3, 5, 24] {
                let lines = LiveScreen(Self.tick(41, bad: 5)).lines(columns: columns, rows: rows)
                #expect(lines.count <= max(1, rows - 2))
                #expect(lines.allSatisfy { $0.count < max(2, columns) }, "\(columns)")
            }
        }
    }

    @Test(
        "it is written again in place; what is told meanwhile scrolls by above it, and no row is emptied first"
    )
    func inPlace() {
        var region = LiveRegion()
        var screen = Screen(columns: 80, rows: 24)
        screen.write("$ faultline run\r\n")
        for second in 1...40 {
            let lines = LiveScreen(Self.tick(Int64(second))).lines(columns: 80, rows: 24)
            let told = second % 10 == 0 ? "told at \(second)" : nil
            screen.write(region.draw(lines, above: told, columns: 80))
        }
        #expect(
            screen.lines.prefix(5) == [
                "$ faultline run", "told at 10", "told at 20", "told at 30", "told at 40",
            ]
        )
        #expect(screen.lines.count { $0.contains("of 90 s") } == 1)
        #expect(screen.lines[5].contains("40 of 90 s"))
        #expect(screen.emptied == 0)
        screen.write(region.draw([], above: "over", columns: 80))
        #expect(screen.lines.filter { !$0.isEmpty }.last == "over")
        #expect(screen.cursor.column == 0)
        #expect(screen.unknown == [])
    }

    @Test("at the bottom of a terminal it scrolls and stays one")
    func bottom() {
        var region = LiveRegion()
        var screen = Screen(columns: 60, rows: 12)
        for line in 0..<30 { screen.write("line \(line)\r\n") }
        for second in 1...5 {
            let lines = LiveScreen(Self.tick(Int64(second))).lines(columns: 60, rows: 12)
            screen.write(region.draw(lines, above: "at \(second)", columns: 60))
        }
        #expect(screen.lines.count { $0.contains("of 90 s") } == 1)
        #expect(screen.lines.contains("at 5"))
    }

    @Test("a terminal that became narrower has broken its lines, and they are all written over")
    func narrower() {
        var region = LiveRegion()
        // As a terminal shows it that breaks what does not fit any more: the same bytes on a narrower screen.
        var screen = Screen(columns: 40, rows: 40)
        screen.write(region.draw(LiveScreen(Self.tick(1)).lines(columns: 100, rows: 40), columns: 100))
        #expect(screen.lines.count { !$0.isEmpty } > 8, "lines are broken")
        let lines = LiveScreen(Self.tick(2)).lines(columns: 40, rows: 40)
        screen.write(region.draw(lines, columns: 40))
        #expect(screen.lines.filter { !$0.isEmpty } == lines)
    }

    @Test(arguments: [
        (["TERM": "xterm-256color"], true, TerminalKind.live), (["TERM": "xterm-256color"], false, .plain),
        (["TERM": "dumb"], true, .plain), ([:], true, .plain),
        (["TERM": "tmux", "NO_COLOR": "1"], true, .plain),
        (["TERM": "tmux", "NO_COLOR": ""], true, .live), (["TERM": "tmux", "CI": "true"], true, .plain),
        (["TERM": "tmux", "CI": "false"], true, .live),
    ])
    func `lines are rewritten only where that can be seen`(
        environment: [String: String],
        isTerminal: Bool,
        kind: TerminalKind
    ) {
        #expect(TerminalKind(isTerminal: isTerminal, environment: environment) == kind)
    }
}
