import Foundation
import Measures
import Plan
import Recording
import Schedule

extension RunHeader {
    /// `zeroReference`: time zero on the reference clock; nil where there is no other clock to compare with.
    init(
        plan: Plan,
        schedule: Schedule,
        settings: RunSettings,
        startedAt: Date,
        zeroReference: Int64? = nil,
        hosts: [HostFacts]
    ) {
        self.init(
            experiment: plan.name,
            experimentFile: settings.experimentFile,
            summary: plan.summary,
            planDigest: plan.digest,
            seed: schedule.seed,
            startedAt: startedAt.formatted(.iso8601),
            zeroReference: zeroReference,
            durationNanoseconds: plan.duration.nanoseconds,
            faultlineVersion: settings.version,
            hosts: hosts
        )
    }
}

extension RunFolder {
    func write(_ header: RunHeader) throws {
        let encoder = Self.encoder()
        encoder.outputFormatting.insert(.prettyPrinted)
        try write(String(decoding: encoder.encode(header), as: UTF8.self) + "\n", to: self.header)
    }
}
