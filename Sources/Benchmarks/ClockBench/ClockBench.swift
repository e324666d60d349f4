import BenchSupport
import Glibc
import Measures

/// How far from the truth the clock probes are, and how wide their bound is, on one kernel where the truth is known. Needs root.
/// Tables on standard output. Arguments: `paths`, `chrony`, `outage` for one table; `exchanges COUNT [KIND…]` for a long count of
/// violations; `reflect …` is a child of its own.
@main
enum ClockBench {
    static func main() {
        let asked = Array(CommandLine.arguments.dropFirst())
        do {
            if asked.first == "reflect" { return try ChildReflector.serve(Array(asked.dropFirst())) }
            print(MachineFacts.read().words)
            if asked.first == "exchanges" {
                let count = asked.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
                return try LongCount.show(count, Array(asked.dropFirst(2)))
            }
            if asked.isEmpty || asked.contains("paths") { try PathFigures.show() }
            if asked.isEmpty || asked.contains("outage") { try OutageFigures.show() }
            if asked.isEmpty || asked.contains("chrony") { try ChronyFigures.show() }
        } catch {
            print("clock-bench: \(error)")
            exit(1)
        }
    }
}
