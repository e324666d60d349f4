import Measures

extension PacketRule {
    /// What the kernel will do for each packet, in this order: addresses, interfaces, transport, ports, the sender, the
    /// window, the share of flows, the share, the counter, the verdict. The clock is read last of the matches that cost
    /// little, hash and random number only within the window.
    package func expressions(family: TableFamily, queue: QueueDialect) throws(FilterError) -> [Expression] {
        var list = try match.addressExpressions(family: family)
        list += try match.interfaceExpressions()
        list += try match.transportExpressions()
        list += match.senderExpressions()
        if let window { list += window.expressions }
        if let flows = match.flows {
            list += try flows.expressions(family: family, transport: match.transport)
        }
        if let share = match.share {
            // P(random < n) = n / (2^32 - 1) with n = share × (2^32 - 1).
            list += [
                .random(modulus: .max), .networkOrder(bytes: 4), .compare(.less, bigEndian(share.scaled32)),
            ]
        }
        list += verdict.condition
        if counter { list.append(.counter) }
        return list + (try verdict.expressions(family: family, queue: queue))
    }
}

extension PacketVerdict {
    /// A number that no program is known to use, for packets that are to vanish.
    private static let queueOfNobody: UInt16 = 65_533

    /// Of the mark: the packet has been on a detour and is where it was before.
    package static let returnedBit: UInt32 = 0x8000_0000

    /// What the verdict itself asks of a packet: copies are queued once, and nothing else is copied.
    fileprivate var condition: [Expression] {
        let load: [Expression] = [.meta(.mark), .mask(hostOrder(QueueMark.copyBits))]
        switch self {
        case .queueCopy(let number): return load + [.compare(.equal, hostOrder(QueueMark.copy(number)))]
        case .copyAndVanish: return load + [.compare(.equal, hostOrder(UInt32(0)))]
        case .makeTwin: return Self.marked(QueueMark.wanted)
        case .queueTwin(let number): return Self.marked(QueueMark.twin(number))
        case .steer(let from?, _): return [.meta(.priority), .compare(.equal, hostOrder(from))]
        case .steer(nil, let to): return Self.priority(of: UInt16(to >> 16), .notEqual)
        case .detour(let major, _), .detourAndReturn(let major, _): return Self.priority(of: major, .equal)
        case .acceptReturned:
            return [
                .meta(.mark), .mask(hostOrder(Self.returnedBit)),
                .compare(.equal, hostOrder(Self.returnedBit)),
            ]
        case .acceptOthers(let family):
            return [.meta(.etherType), .compare(.notEqual, family == .ip6 ? [0x86, 0xdd] : [0x08, 0x00])]
        default: return []
        }
    }

    private static func marked(_ mark: UInt32) -> [Expression] {
        [.meta(.mark), .mask(hostOrder(QueueMark.bits)), .compare(.equal, hostOrder(mark))]
    }

    /// Whether the packet's priority is a class of this qdisc.
    private static func priority(of major: UInt16, _ comparison: Expression.Comparison) -> [Expression] {
        [
            .meta(.priority), .mask(hostOrder(0xffff_0000 as UInt32)),
            .compare(comparison, hostOrder(UInt32(major) << 16)),
        ]
    }

    fileprivate func expressions(family: TableFamily, queue dialect: QueueDialect) throws(FilterError)
        -> [Expression]
    {
        let rest = hostOrder(~QueueMark.copyBits)
        switch self {
        case .drop: return [.drop]
        case .accept: return [.accept]
        case .setPriority(let classID), .steer(_, let classID):
            return [.immediate(hostOrder(classID)), .setPriority]
        case .detour(_, let link): return [.immediate(hostOrder(UInt32(bitPattern: link))), .forward]
        case .detourAndReturn(_, let link):
            let marked = Expression.bits(mask: hostOrder(~Self.returnedBit), xor: hostOrder(Self.returnedBit))
            return [
                .meta(.mark), marked, .setMark, .immediate(hostOrder(UInt32(bitPattern: link))), .forward,
            ]
        case .acceptReturned(let clearing):
            return (clearing ? [.meta(.mark), .mask(hostOrder(~Self.returnedBit)), .setMark] : []) + [.accept]
        case .acceptOthers: return [.accept]
        case .queue(let number, let bypass):
            return [try Self.queue(number, bypass: bypass, family, dialect)]
        case .vanish:
            return [try Self.queue(Self.queueOfNobody, bypass: false, family, dialect)]
        case .queueCopy(let number):
            return [
                .meta(.mark), .mask(rest), .setMark,
                try Self.queue(number, bypass: true, family, dialect),
            ]
        case .copyAndVanish(let number):
            return [.meta(.mark), .bits(mask: rest, xor: hostOrder(QueueMark.copy(number))), .setMark]
                + (try Self.copy(family, leaving: true))
                + [try Self.queue(Self.queueOfNobody, bypass: false, family, dialect)]
        case .makeTwin(let number, let leaving):
            let others = hostOrder(~QueueMark.bits)
            return [.meta(.mark), .bits(mask: others, xor: hostOrder(QueueMark.twin(number))), .setMark]
                + (try Self.copy(family, leaving: leaving))
                + [try Self.queue(number, bypass: true, family, dialect)]
        case .queueTwin(let number):
            return [try Self.queue(number, bypass: true, family, dialect)]
        }
    }

    /// A copy on the way to the packet's own destination, by the interface that it leaves by.
    private static func copy(_ family: TableFamily, leaving: Bool) throws(FilterError) -> [Expression] {
        guard family != .inet else {
            throw FilterError(
                "copy packets in an inet table",
                badRule: "copies are made in ip and ip6 tables"
            )
        }
        let (offset, length): (UInt32, UInt32) = family == .ip ? (16, 4) : (24, 16)
        let address = Expression.payload(.network, offset: offset, length: length)
        return leaving ? [address, .outputIndexToSecond, .duplicate] : [address, .duplicateByRoute]
    }

    private static func queue(
        _ number: UInt16,
        bypass: Bool,
        _ family: TableFamily,
        _ dialect: QueueDialect
    ) throws(FilterError) -> Expression {
        switch dialect {
        case .native: return .queue(number: number, bypass: bypass)
        case .compat:
            guard family != .inet else {
                throw FilterError(
                    "queue \(number) in an inet table",
                    badRule: "this kernel has no nft_queue; use one table of family ip and one of ip6"
                )
            }
            return .compatQueue(number: number, bypass: bypass)
        }
    }
}

extension Expression {
    /// `struct xt_NFQ_info_v3`: queue, number of queues, flags (1: bypass), each 16 bits in host order, padded to 8 bytes.
    static func compatQueue(number: UInt16, bypass: Bool) -> Expression {
        let words: [UInt16] = [number, 1, bypass ? 1 : 0, 0]
        return .target(name: "NFQUEUE", revision: 3, info: words.flatMap { hostOrder($0) })
    }
}

extension TimeWindow {
    /// `meta time >= start, meta time < end`, the clock read once.
    package var expressions: [Expression] {
        [
            .meta(.timeNanoseconds), .networkOrder(bytes: 8),
            .compare(.greaterOrEqual, bigEndian(UInt64(bitPattern: start))),
            .compare(.less, bigEndian(UInt64(bitPattern: end))),
        ]
    }

    /// The window written in a rule, nil when there is none or it is of another form.
    package init?(in expressions: [Expression]) {
        for index in expressions.indices.dropLast(3) {
            guard expressions[index] == .meta(.timeNanoseconds),
                expressions[index + 1] == .networkOrder(bytes: 8),
                case .compare(.greaterOrEqual, let start) = expressions[index + 2], start.count == 8,
                case .compare(.less, let end) = expressions[index + 3], end.count == 8
            else { continue }
            self.init(
                start: Int64(truncatingIfNeeded: number(start)),
                end: Int64(truncatingIfNeeded: number(end))
            )
            return
        }
        return nil
    }
}

/// Most significant byte first, as on the wire.
func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
}

func hostOrder(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number, Array.init) }

/// Most significant byte first; the last 8 bytes count.
func number(_ bigEndian: some Sequence<UInt8>) -> UInt64 { bigEndian.reduce(0) { $0 << 8 | UInt64($1) } }
