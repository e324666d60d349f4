package import Packets
package import Recording
import ReferenceTime

/// What a run's folder holds of one captured host: its packets, and what dates them.
package struct CapturedHost {
    package let name: String
    private var realtime: [RealtimeOffset] = []
    private var models: [ClockModel] = []
    var flows = CapturedFlows()
    private(set) var wall = WallClock([])
    private(set) var track = ClockTrack([])

    package init(name: String) {
        self.name = name
    }

    package mutating func add(_ reading: ClockReading) {
        if let offset = reading.realtime, offset.isPlausible { realtime.append(offset) }
        if let model = reading.model, model.isPlausible { models.append(model) }
    }

    /// Reads the file to its end. What is damaged about it; nil: nothing.
    package mutating func add(_ file: consuming CaptureFile) -> String? {
        while let record = file.next() {
            if let segment = file.segment(record) { flows.add(segment, stamp: record.stamp) }
        }
        return file.damage
    }

    /// After everything was added.
    mutating func prepare() {
        wall = WallClock(realtime)
        track = ClockTrack(models)
        flows.date(by: wall)
        (realtime, models) = ([], [])
    }
}

/// What a recording says may be anything. What is beyond 36 years is no instant of a run, and sums of what is not stay within
/// an Int64.
enum Nanoseconds {
    static func arePlausible(_ values: Int64...) -> Bool {
        values.allSatisfy { $0.magnitude <= 1 << 60 }
    }
}

extension RealtimeOffset {
    /// Wall clocks count from 1970: up to 2116.
    fileprivate var isPlausible: Bool {
        Nanoseconds.arePlausible(local, halfWidth) && (-1 << 60...1 << 62).contains(offset)
    }
}
