import Agent
import Coordinator
import Measures
import Plan
import Schedule

/// Load from this host, with a live line and Ctrl-C, until all is accounted for.
struct AloneRunning {
    let observer: TerminalObserver
    /// Is told of the run; the terminal is one of those it tells.
    let shown: any RunObserver

    func run(plan: Plan, text: String, file: String, seed: UInt64, in folder: RunFolder) async throws -> Judge
    {
        defer { observer.finish() }
        let stopSwitch = StopSwitch()
        let interrupts = Interrupts.stop(stopSwitch, telling: observer, "stopping, then the report")
        defer { interrupts.cancel() }
        let settings = RunSettings(files: "", version: AgentVersion.current, experimentFile: file)
        let run = AloneRun(
            plan: plan,
            schedule: Schedule(plan: plan, seed: seed),
            settings: settings,
            experimentText: text
        )
        do {
            try await run.run(in: folder, observer: shown, stopSwitch: stopSwitch)
        } catch let error as any ReadableError where error.exitCode == .badInput {
            // Nothing was sent; anything later leaves what was recorded.
            folder.discard()
            throw error
        }
        return try Judge(folder)
    }
}
