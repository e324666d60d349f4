import Measures
package import Plan

/// A request over HTTP/2, made once for the whole run.
package struct HTTP2Script: ConversationScript, Equatable {
    /// What the answer is read as.
    package enum Meaning: Sendable {
        case http
        case grpc
        /// gRPC, and the message is a HealthCheckResponse.
        case health
    }

    struct Field: Sendable, Equatable {
        let name: [UInt8]
        let value: [UInt8]

        init(_ name: String, _ value: String) {
            self.name = Array(name.utf8)
            self.value = Array(value.utf8)
        }

        var isPath: Bool { name.elementsEqual(":path".utf8) }
    }

    let fields: [Field]
    let body: [UInt8]
    let meaning: Meaning
    package let mayRepeat: Bool
    package let mostUnderWay: Int
    /// Of answers with one of these statuses the content is checked; another status says more than the content.
    let checkedStatuses: ClosedRange<UInt16>
    let checks: ContentChecks
    /// Where requests differ.
    let template: HTTP2Template?

    /// Adds user-agent and content-length unless the plan names them. Throws as `HTTPScript` does.
    package init(
        _ plan: HTTPRequestPlan,
        good: GoodCriterion = .usual,
        data: [DataRows] = [],
        seed: UInt64 = 0
    ) throws(CodecError) {
        let body = Array(plan.body.utf8)
        let names = plan.headers.map { $0.name.lowercased() }
        let sendsBody = !body.isEmpty || ["POST", "PUT", "PATCH"].contains(plan.method)
        var fields = [
            Field(":method", plan.method), Field(":scheme", plan.address.isSecure ? "https" : "http"),
            Field(":authority", plan.address.authority), Field(":path", plan.address.path),
        ]
        if !names.contains("user-agent") { fields.append(Field("user-agent", "faultline")) }
        if sendsBody, !names.contains("content-length") {
            fields.append(Field("content-length", "\(body.count)"))
        }
        fields += zip(names, plan.headers).map { Field($0, $1.value) }
        try self.init(
            fields,
            body: body,
            meaning: .http,
            mayRepeat: plan.method == "GET" || plan.method == "HEAD",
            mostUnderWay: plan.streams,
            what: "\(plan.method) \(plan.address.text)",
            good: good,
            data: data,
            seed: seed
        )
    }

    /// - Parameter body: of gRPC the message.
    init(
        _ fields: [Field],
        body: [UInt8],
        meaning: Meaning,
        mayRepeat: Bool,
        mostUnderWay: Int,
        what: String,
        good: GoodCriterion,
        data: [DataRows],
        seed: UInt64
    ) throws(CodecError) {
        let isName = { (name: [UInt8]) in
            !name.isEmpty && name.allSatisfy { $0 > 0x20 && $0 < 0x7f }
                && !name.dropFirst().contains(UInt8(ascii: ":"))
        }
        // RFC 9113, section 8.2.1.
        let isValue = { (value: [UInt8]) in
            value.allSatisfy { $0 >= 0x20 || $0 == 0x09 } && value.first != 0x20 && value.last != 0x20
        }
        let template = try HTTP2Template(
            fields,
            body: body,
            isMessage: meaning != .http,
            data: data,
            seed: seed
        )
        let isTarget = fields.enumerated().allSatisfy { place, field in
            field.name.first != UInt8(ascii: ":") || !field.value.contains(0x20)
                || template?.places.contains(place) == true
        }
        guard isTarget, fields.allSatisfy({ isName($0.name) && isValue($0.value) }) else {
            throw CodecError(
                "load.bad-request",
                """
                The request \(what) cannot be sent: a method, path, field name or value holds a space, a line end or \
                another character that HTTP/2 does not allow there. Encode it (%20).
                """
            )
        }
        self.fields = fields
        self.template = template
        checkedStatuses = good.statuses
        checks = ContentChecks(good.checks)
        var prefix: [UInt8] = []
        if meaning != .http {
            prefix = [0]
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: body.count).bigEndian) { prefix += $0 }
        }
        self.body = prefix + body
        self.meaning = meaning
        self.mayRepeat = mayRepeat
        self.mostUnderWay = mostUnderWay
    }
}
