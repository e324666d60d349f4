import Agent
import ArgumentParser
import Console
import Coordinator
import Foundation
import Measures
import Plan
import Schedule

/// Where else a run is told of while it goes: nowhere, unless asked.
struct OutletOptions: ParsableArguments {
    @Option(help: "Serve /metrics there while the run goes: 9100 (the loopback only) or ADDRESS:PORT.")
    var metrics: String?
    @Option(
        help: "Serve a live page of the run there, and /metrics: 8080 (the loopback only) or ADDRESS:PORT."
    )
    var listen: String?
    @Flag(help: "Let --listen have an address that others reach: whoever does may look, without a password.")
    var everyoneMayLook = false

    @Option(
        help: ArgumentHelp(
            "Send figures and what happens to an OpenTelemetry collector, such as http://127.0.0.1:4318.",
            discussion: "By OTLP over HTTP, in JSON. Headers are taken from OTEL_EXPORTER_OTLP_HEADERS."
        )
    )
    var otlp: String?
    @Option(
        help: ArgumentHelp(
            "Mark the faults in Grafana, such as http://127.0.0.1:3000.",
            discussion: "The token of a service account is taken from FAULTLINE_GRAFANA_TOKEN."
        )
    )
    var annotate: String?

    func validate() throws {
        if everyoneMayLook, listen == nil {
            throw ValidationError("--everyone-may-look is of the live page; give --listen ADDRESS:PORT too")
        }
    }

    /// Ports are open when this returns. Errors: an address that is none, or that others reach, or a port that is taken; the
    /// folder is gone then, and nothing has begun.
    ///
    /// - Parameter observer: is told where to look, and is told of the run by what is returned.
    func open(for plan: Plan, _ schedule: Schedule, _ folder: RunFolder, beside observer: any RunObserver)
        async throws -> RunOutlets
    {
        do {
            let listen = try listen.map { try ListenAddress($0) }
            if let listen, !listen.isLoopback, !everyoneMayLook { throw ListenError(open: listen) }
            let outlets = RunOutlets(
                plan: plan,
                schedule: schedule,
                run: folder.url.lastPathComponent,
                asked: RunOutlets.Asked(
                    metrics: try metrics.map { try ListenAddress($0) },
                    live: listen,
                    collector: try otlp.map { try WebTarget($0, option: "--otlp") },
                    headers: try OTLPHeaders.ofEnvironment,
                    grafana: try annotate.map { try WebTarget($0, option: "--annotate") }
                ),
                beside: observer
            )
            try await outlets.open()
            return outlets
        } catch {
            folder.discard()
            throw error
        }
    }
}

extension ListenError {
    fileprivate init(open address: ListenAddress) {
        self.init(
            code: "listen.open",
            message:
                "--listen \(address) is no loopback address, and the page has no password: whoever reaches it reads what "
                + "the run does. Listen on the loopback (--listen \(address.port)) and forward the port by SSH, or give "
                + "--everyone-may-look; nothing was touched"
        )
    }
}

extension OTLPHeaders {
    static var ofEnvironment: [(String, String)] {
        get throws { try OTLPHeaders(ProcessInfo.processInfo.environment[variable] ?? "").all }
    }
}
