import Foundation
import LinuxSystem
import Measures
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// One run by the built `faultline run`, and what it costs. `folder` has hosts.yaml, and gets all that the run leaves.
struct CoordinatorRun {
    let program: String
    let namespace: NetworkNamespace
    let folder: String
    /// The folder of its key.
    let key: String
    let lease: String
    /// Then it is killed.
    let limit: Duration

    struct Outcome {
        /// The program's own words.
        let output: String
        /// nil: not over in time.
        let exit: ProcessExit?
        /// Seconds from its start to its end.
        let wall: Double
        /// Seconds of a processor that the coordinator used.
        let processor: Double
        /// The coordinator's, bytes.
        let mostResident: Double
    }

    func run(_ experiment: String) throws -> Outcome {
        try FileContents.writeAtomically(Array(experiment.utf8), to: "\(folder)/fleet.yaml")
        let log = "\(folder)/run.log"
        let command = Command(
            [
                program, "run", "fleet.yaml", "--inventory", "hosts.yaml", "--keys", key, "--lease", lease,
                "--results", "results",
            ],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            directory: folder,
            log: log
        )
        let before = Self.childrensUsage()
        let began = Clocks.monotonic()
        let coordinator = try namespace.inside { try Spawner.spawn(command) }
        let exit = coordinator.wait(for: limit)
        if exit == nil {
            _ = try? coordinator.signal(SIGKILL)
            _ = coordinator.wait(for: .seconds(5))
        }
        let wall = Double(Clocks.monotonic() - began) / 1e9
        let after = Self.childrensUsage()
        return Outcome(
            output: (try? FileContents.text(log)) ?? "",
            exit: exit,
            wall: wall,
            processor: Self.seconds(after) - Self.seconds(before),
            mostResident: Double(after.ru_maxrss) * 1024
        )
    }

    private static func childrensUsage() -> rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage
    }

    private static func seconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

extension CoordinatorRun.Outcome {
    /// "a run that cuts them in halves: exited with status 0, 28.7 s", and the coordinator's part.
    func printCosts(of what: String) {
        let resident = (mostResident / 1_048_576).fixed(0)
        print("  \(what): \(exit?.description ?? "not over in time"), \(wall.fixed(1)) s")
        print(
            "    coordinator      \(processor.fixed(2)) s of a processor, most resident \(resident) MiB"
        )
    }

    func printOutput() {
        print(output.split(separator: "\n").map { "    | \($0)" }.joined(separator: "\n"))
    }
}
