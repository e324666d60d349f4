/// One stream of requests, from one host or from several that share it.
package struct LoadPlan: Sendable, Equatable, Codable {
    package let name: String
    /// Where a load is sent from that has no lab.
    package static let thisHost = "this host"

    package let senders: LoadSenders
    /// What whoever holds this plan sends of it: the whole, but on one of several senders.
    package let share: LoadShare
    package let request: RequestPlan
    package let arrivals: ArrivalProcess
    package let good: GoodCriterion
    /// Most connections open at once, of all senders together.
    package let connections: Int
    /// Requests that one connection serves at most; 1: each has its own. nil: as many as the server lets it.
    package let reuse: Int?
    /// How often a request without an answer is sent again before that is its outcome.
    package let retries: Int
    /// What templates of the request are filled from.
    package let data: [DataRows]

    package init(
        name: String,
        senders: LoadSenders,
        share: LoadShare = .whole,
        request: RequestPlan,
        arrivals: ArrivalProcess,
        good: GoodCriterion,
        connections: Int,
        reuse: Int? = nil,
        retries: Int = 0,
        data: [DataRows] = []
    ) {
        self.name = name
        self.senders = senders
        self.share = share
        self.request = request
        self.arrivals = arrivals
        self.good = good
        self.connections = connections
        self.reuse = reuse
        self.retries = retries
        self.data = data
    }

    /// From one host.
    package init(
        name: String,
        from: String,
        request: RequestPlan,
        arrivals: ArrivalProcess,
        good: GoodCriterion,
        connections: Int,
        reuse: Int? = nil,
        retries: Int = 0,
        data: [DataRows] = []
    ) {
        self.init(
            name: name,
            senders: LoadSenders(from),
            request: request,
            arrivals: arrivals,
            good: good,
            connections: connections,
            reuse: reuse,
            retries: retries,
            data: data
        )
    }

    /// The part of one of its senders; nil: this host sends none of it.
    package func part(of host: String) -> LoadPlan? {
        senders.share(of: host).map { share in
            LoadPlan(
                name: name,
                senders: senders,
                share: share,
                request: request,
                arrivals: arrivals,
                good: good,
                connections: connections,
                reuse: reuse,
                retries: retries,
                data: data
            )
        }
    }
}

/// What a user would call a good answer.
package struct GoodCriterion: Sendable, Equatable, Codable {
    /// HTTP status, both ends included.
    package let statuses: ClosedRange<UInt16>
    /// Response time from the intended start; nil: any.
    package let within: Duration?
    /// What the content of an answer with such a status must be.
    package let checks: [AnswerCheck]

    /// Where nothing is said.
    package static let usual = GoodCriterion(statuses: 200...399, within: nil)

    package init(statuses: ClosedRange<UInt16>, within: Duration?, checks: [AnswerCheck] = []) {
        self.statuses = statuses
        self.within = within
        self.checks = checks
    }
}
