import Decomposition
import Foundation
import Measures
package import Plan
package import Recording
package import Report
package import Schedule
package import Timeline
package import Verdict

/// Judges and draws a run from its folder alone, on any machine, as often as wanted.
package struct Judge: Sendable {
    package let folder: RunFolder
    package let plan: Plan
    package let schedule: Schedule
    package let header: RunHeader
    private let experimentText: String

    /// Errors: not a run's folder, or one whose files do not fit together.
    package init(_ folder: RunFolder) throws {
        self.folder = folder
        experimentText = String(decoding: try folder.read(folder.experiment), as: UTF8.self)
        do {
            header = try JSONDecoder().decode(RunHeader.self, from: try folder.read(folder.header))
        } catch let error as DecodingError {
            throw RunFolderError(
                code: "run.header",
                message: "\(folder.header.path): is not what a run writes: \(Self.words(error))"
            )
        }
        plan = try Plan(
            yaml: experimentText,
            fileName: header.experimentFile,
            outside: folder.outsideFiles,
            inventory: try folder.readInventory()
        )
        guard plan.digest == header.planDigest else {
            throw RunFolderError(
                code: "run.digest",
                message:
                    "\(folder.experiment.path) was changed after the run: its digest is \(plan.digest.prefix(12)), "
                    + "the run's \(header.planDigest.prefix(12))"
            )
        }
        schedule = Schedule(plan: plan, seed: header.seed)
    }

    package struct Judgement: Sendable {
        package let timeline: Timeline
        package let verdict: Verdict
        package let report: Report
        /// What was wrong with the recording: a torn tail, an unreadable line.
        package let remarks: [String]
    }

    /// `watch` is given every exchange of the recording besides, with its load.
    package func judge(_ watch: (Exchange, LoadPlan) -> Void = { _, _ in }) throws -> Judgement {
        var remarks: [String] = []
        // Events first: the clocks' readings among them date everything else.
        let events = try events(&remarks)
        var builder = TimelineBuilder(
            header: header,
            schedule: schedule,
            plan: plan,
            redating: Redating(zeroReference: header.zeroReference, events: events)
        )
        var splitting = try splitting(events.filter(\.datesPackets), &remarks)
        for load in plan.loads { try add(load, to: &builder, &splitting, &remarks, watch) }
        for event in events { builder.add(event) }
        let timeline = builder.finish()
        let decomposition = splitting?.finish(timeline)
        let verdict = Verdict(
            timeline: timeline,
            plan: plan,
            requestWays: decomposition?.ways ?? [],
            histories: histories(events, &remarks)
        )
        let report = Report(
            timeline: timeline,
            verdict: verdict,
            experimentFile: experimentText,
            plan: plan,
            decomposition: decomposition
        )
        return Judgement(timeline: timeline, verdict: verdict, report: report, remarks: remarks)
    }

    /// verdict.json, report.html, report.md, junit.xml.
    package func write(_ judgement: Judgement) throws {
        try folder.write(judgement.report.verdictJSON, to: folder.verdict)
        try folder.write(judgement.report.html, to: folder.reportHTML)
        try folder.write(judgement.report.markdown, to: folder.reportMarkdown)
        try folder.write(judgement.report.junit, to: folder.junit)
    }

    private func add(
        _ load: LoadPlan,
        to builder: inout TimelineBuilder,
        _ splitting: inout Splitting?,
        _ remarks: inout [String],
        _ watch: (Exchange, LoadPlan) -> Void
    ) throws {
        let file = folder.exchanges(load.name)
        guard FileManager.default.fileExists(atPath: file.path) else {
            remarks.append("there is no \(file.lastPathComponent): load \(load.name) was not recorded")
            return
        }
        var reader = try ExchangeFile(file)
        while let block = try reader.next() {
            for exchange in block.exchanges {
                builder.add(exchange, load: load.name, sender: Int(block.sender))
                splitting?.add(exchange, load: load.name, sender: Int(block.sender))
                watch(exchange, load)
            }
        }
        if let damage = reader.damage {
            remarks.append(
                "\(file.lastPathComponent): the last \(reader.leftover) bytes were left out: \(damage)"
            )
        }
    }

    private func events(_ remarks: inout [String]) throws -> [RunEvent] {
        guard FileManager.default.fileExists(atPath: folder.events.path) else {
            remarks.append("there is no events.jsonl")
            return []
        }
        let decoder = JSONDecoder()
        var events: [RunEvent] = []
        for (number, line) in try folder.read(folder.events).split(separator: 0x0a).enumerated() {
            do {
                events.append(try decoder.decode(RunEvent.self, from: line))
            } catch {
                remarks.append("events.jsonl:\(number + 1): not readable, left out")
            }
        }
        return events
    }

    private static func words(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the key \"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "\(error)"
        }
    }
}

extension RunEvent {
    fileprivate var datesPackets: Bool {
        switch body {
        case .clock, .origin: true
        case .injection, .arming, .path, .observation, .process, .logMark, .generator, .floor, .note: false
        }
    }
}
