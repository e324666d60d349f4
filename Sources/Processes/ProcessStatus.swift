/// One line of /proc/PID/stat: what the kernel says of a process, or of one of its threads. See proc(5).
package struct ProcessStatus: Hashable, Sendable {
    package enum State: UInt8, Sendable {
        case running = 0x52
        case sleeping = 0x53
        case waitingForDisk = 0x44
        case idle = 0x49
        case zombie = 0x5a
        case stopped = 0x54
        case traced = 0x74
        case dead = 0x58
        /// A letter of a kernel that this version does not know.
        case other = 0x3f

        /// The letter that ps shows.
        package var letter: Character { Character(UnicodeScalar(rawValue)) }
    }

    package let identity: ProcessIdentity
    /// The command's name, at most 15 bytes; it may hold spaces, parentheses and any other byte.
    package let name: String
    package let state: State
    package let parent: Int32
    package let group: Int32
    package let session: Int32

    /// False for what has ended and only waits for its parent to notice.
    package var isAlive: Bool { state != .zombie && state != .dead }
    package var isStopped: Bool { state == .stopped || state == .traced }

    /// Nil when the bytes are no such line. The name ends at the *last* parenthesis, since it may hold any byte.
    package init?(parsing line: some Collection<UInt8>) {
        let line = Array(line)
        guard let open = line.firstIndex(of: 0x28), let close = line.lastIndex(of: 0x29), open < close,
            let pid = Self.number(line[..<open].filter { $0 != 0x20 }, as: Int32.self), pid > 0
        else { return nil }
        let fields = line[(close + 1)...].split { $0 == 0x20 || $0 == 0x0a }
        // Fields are counted from 1 in proc(5), and the first after the name is the third.
        guard fields.count >= 20, let letter = fields[0].first, fields[0].count == 1,
            let parent = Self.number(fields[1], as: Int32.self),
            let group = Self.number(fields[2], as: Int32.self),
            let session = Self.number(fields[3], as: Int32.self),
            let startTime = Self.number(fields[19], as: UInt64.self)
        else { return nil }
        self.identity = ProcessIdentity(pid: pid, startTime: startTime)
        self.name = String(decoding: line[(open + 1)..<close], as: UTF8.self)
        self.state = State(rawValue: letter) ?? .other
        self.parent = parent
        self.group = group
        self.session = session
    }

    private static func number<Number: FixedWidthInteger>(
        _ digits: some Collection<UInt8>,
        as: Number.Type
    ) -> Number? {
        Number(String(decoding: digits, as: UTF8.self))
    }
}
