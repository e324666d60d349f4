import ArgumentParser
import Foundation
import ReferenceTime

struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Check what the clocks' bound claims.",
        subcommands: [Replay.self]
    )

    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "What the interval clock knew after each exchange of a trace; for traces whose truth you know.",
            discussion: """
                  faultline clock replay trace.csv
                  faultline clock replay trace.csv --drift-ppm 50

                The file has a line for each exchange, in the order in which the answers came: t1,t2,t3,t4 or \
                t1,t2,t3,t4,granularity, nanoseconds; t1 and t4 are the local clock's, t2 and t3 the reference's. Lines \
                that begin with "#" and a head line are skipped.

                Printed as CSV, one line for each exchange: the limits of reference - local at its t4, their middle and half \
                their width, the clock's state, its epoch, what the exchange did, and the estimate beside the bound with \
                what it is thought to be wrong by. A bad line ends with 2 and is named.
                """
        )

        @Argument(help: "A file of exchanges.", completion: .file(extensions: ["csv"])) var file: String
        @Option(help: "Fastest drift of one clock against the other, parts per million.") var driftPpm:
            Int64 = 200
        @Flag(help: "JSON.") var json = false

        func validate() throws {
            guard (0...100_000).contains(driftPpm) else {
                throw ValidationError("--drift-ppm is 0 to 100000, not \(driftPpm)")
            }
        }

        func run() throws {
            guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
                throw FileError(
                    code: "file.unreadable",
                    message: "\(file): cannot be read; is the path right?"
                )
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw FileError(code: "file.encoding", message: "\(file): is not UTF-8 text")
            }
            let steps = try ClockTrace(text, file: file).replay(driftPPM: driftPpm)
            if json { return try Console.json(steps) }
            let head = "t4,low,high,offset,bound,state,epoch,outcome,estimate,estimate_half_width"
            Console.print(([head] + steps.map(Self.line)).joined(separator: "\n"))
        }

        private static func line(_ step: ClockTrace.Step) -> String {
            let estimate = step.estimate.map { "\($0.offset),\($0.halfWidth)" } ?? ","
            return
                "\(step.t4),\(step.low),\(step.high),\(step.offset),\(step.bound),\(step.state),\(step.epoch),"
                + "\(step.outcome),\(estimate)"
        }
    }
}
