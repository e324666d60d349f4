/// The requests of all connections that carry several, by slot and place. Empty where connections carry one. Memory is taken
/// once, and touched where a connection is opened.
struct SharedConnections {
    /// Places of a connection; 0: they are not shared.
    let most: Int
    private let connections: UnsafeMutablePointer<SharedConnection>
    private let flights: UnsafeMutablePointer<Flight>
    private let links: UnsafeMutablePointer<SlotList.Links>
    /// Connections with requests under way and room for more; linked in the engine's own table.
    var roomy = SlotList()
    /// Requests under way, by their write: the order of their deadlines.
    private(set) var underWay = SlotList()
    /// Connections with requests that are asked and not written.
    var unwritten: [Int32] = []

    init(slots: Int, most: Int) {
        self.most = most
        let count = most > 0 ? slots : 0
        connections = .allocate(capacity: count)
        for slot in 0..<count { (connections + slot).initialize(to: SharedConnection()) }
        flights = .allocate(capacity: count * most)
        links = .allocate(capacity: count * most)
    }

    func deallocate(slots: Int) {
        connections.deinitialize(count: most > 0 ? slots : 0)
        connections.deallocate()
        flights.deallocate()
        links.deallocate()
    }

    subscript(slot: Int32) -> SharedConnection {
        _read { yield connections[Int(slot)] }
        nonmutating _modify { yield &connections[Int(slot)] }
    }

    /// - Parameter place: of a connection that was opened.
    subscript(slot: Int32, place: Int) -> Flight {
        _read { yield flights[Int(slot) * most + place] }
        nonmutating _modify { yield &flights[Int(slot) * most + place] }
    }

    /// The request that has waited longest.
    var oldest: (slot: Int32, place: Int)? {
        guard underWay.head >= 0 else { return nil }
        return (underWay.head / Int32(most), Int(underWay.head) % most)
    }

    /// A connection is opened on this slot.
    func restart(_ slot: Int32) {
        self[slot].restart()
        (flights + Int(slot) * most).initialize(repeating: Flight(), count: most)
    }

    mutating func ask(_ request: SentRequest, on slot: Int32, _ place: Int, repeats: Bool) {
        let number = slot * Int32(most) + Int32(place)
        self[slot, place] = Flight(state: .asked, isRepetition: repeats, request: request)
        if self[slot].firstAsked >= 0 {
            flights[Int(self[slot].lastAsked)].nextAsked = number
        } else {
            self[slot].firstAsked = number
            unwritten.append(slot)
        }
        self[slot].lastAsked = number
        if self[slot].used == 0 { self[slot].isSilent = true }
        self[slot].used += 1
        self[slot].asked += 1
    }

    /// What was asked on it is written.
    mutating func written(_ slot: Int32, at now: Int64) {
        var next = self[slot].firstAsked
        while next >= 0 {
            let number = next
            next = flights[Int(number)].nextAsked
            flights[Int(number)].state = .underWay
            flights[Int(number)].since = now
            let request = flights[Int(number)].request
            flights[Int(number)].request =
                request.firstSent == .min ? request.sent(first: now) : request.sent(again: now)
            underWay.append(number, in: links)
        }
        self[slot].firstAsked = -1
        self[slot].lastAsked = -1
    }

    /// Nobody waits for it any more. Its place is still taken.
    mutating func settle(_ slot: Int32, _ place: Int) {
        underWay.remove(slot * Int32(most) + Int32(place), in: links)
        self[slot].givenUp += 1
        self[slot, place].state = .givenUp
    }

    /// Nobody waits for it, and its place is free.
    mutating func free(_ slot: Int32, _ place: Int) {
        switch self[slot, place].state {
        case .none: return
        case .asked: break
        case .underWay: underWay.remove(slot * Int32(most) + Int32(place), in: links)
        case .givenUp: self[slot].givenUp -= 1
        }
        self[slot, place].state = .none
        self[slot].used -= 1
    }
}
