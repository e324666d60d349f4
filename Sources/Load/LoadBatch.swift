package import Measures
package import Recording

/// What a load has to tell about one interval: about a second, less when more than 8 192 requests ended in it.
package struct LoadBatch: Sendable {
    package let load: String
    package let start: Instant
    package let length: Duration
    /// The exchanges that ended in the interval, one or more `ExchangeBlock`s, ready to be appended to the recording.
    package let block: [UInt8]
    /// `offered` and `completed` are of this interval: requests that became due, and whose outcome became known.
    package let reading: GeneratorReading
    /// Response times of the same exchanges (see `LatencyHistogram.record(_: Exchange)`).
    package let responseTimes: LatencyHistogram
    /// Own lateness of the generator: taking up − due, for requests that became due in the interval.
    package let lateness: LatencyHistogram
}

/// A load that has ended.
package struct LoadSummary: Sendable {
    package let load: String
    /// Requests that became due.
    package var offered = 0
    /// Exchanges recorded: equals `offered` after a run, also after a stopped one.
    package var completed = 0
    /// Requests sent again; not among the offered.
    package var retries = 0
    /// Connections opened over the whole run.
    package var connections = 0
    /// The generator's own lateness over the run.
    package var lateness = LatencyHistogram()
    /// The first failure of this host itself (no descriptors, no ports left, a broken event loop), for people: with it the
    /// outcomes say less about the target.
    package var trouble: String?
    /// The first reason why the target could not be used though it was there: its certificate, its refusal of a log-in.
    package var complaint: String?

    package var latenessP50: Duration { lateness.value(atQuantile: 0.5) }
    package var latenessP99: Duration { lateness.value(atQuantile: 0.99) }
}
