import ArgumentParser
import Coordinator
import Foundation

struct ArrivalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arrivals",
        abstract: "When a stored run's requests were due, as a trace to replay.",
        discussion: """
              faultline arrivals Results/2026-11-23T10-15-04Z-web-failover-3f9c --load browse > arrivals.csv
              faultline load http://127.0.0.1:8080/ --trace arrivals.csv
            """
    )

    @Argument(help: "A run's folder.", completion: Completions.run) var folder: String
    @Option(help: "Which of several loads.") var load: String?

    func run() throws {
        let arrivals = try RecordedArrivals(RunFolder(URL(fileURLWithPath: folder)), load: load)
        print(arrivals.text, terminator: "")
    }
}
