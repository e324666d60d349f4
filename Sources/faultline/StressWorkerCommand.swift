import ArgumentParser
import Stress

/// `faultline stress-worker`: an agent's child; see `StressWorker`.
struct StressWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stress-worker", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var arguments: [String]

    func run() { StressWorker.run(arguments: arguments) }
}
