import Testing

@testable import Plan

/// Rates, addresses and requests that cannot be sent.
@Suite struct BadLoadTests {
    private static let rows: [BadFile] = [
        BadFile(
            "a rate without a unit",
            replacing: "rate: 500/s",
            with: "rate: 500",
            expects: [
                "12:11: error: rate is '500' without a unit; expected a rate such as 500/s (units: /s, /min, /h)"
            ]
        ),
        BadFile(
            "a rate that no generator reaches",
            replacing: "rate: 500/s",
            with: "rate: 200001/s",
            expects: [
                "12:11: error: rate is '200001/s'; expected 1/h to 200000/s"
            ]
        ),
        BadFile(
            "a sine that would go below zero",
            replacing: "rate: 500/s",
            with: "rate: { sine: { mean: 5/s, amplitude: 6/s, period: 1s } }",
            expects: [
                "12:32: error: amplitude is above mean, and no rate is below zero; expected at most the mean"
            ]
        ),
        BadFile(
            "steps that never send",
            replacing: "rate: 500/s",
            with: "rate: { steps: [ { rate: 0/s, for: 1s } ] }",
            expects: [
                "12:20: error: steps never leave 0/s; expected a rate above 0/s in one of them"
            ]
        ),
        BadFile(
            "a step without a length",
            replacing: "rate: 500/s",
            with: "rate: { steps: [ { rate: 1/s } ] }",
            expects: [
                "12:22: error: a step has no key 'for'; expected for example for: 10s"
            ]
        ),
        BadFile(
            "a rate of nothing",
            replacing: "rate: 500/s",
            with: "rate: 0/s",
            expects: [
                "12:11: error: rate is '0/s'; expected 1/h to 200000/s"
            ]
        ),
        BadFile(
            "a ramp that stays at nothing",
            replacing: "rate: 500/s",
            with: "rate: { ramp: { from: 0/s, to: 0/s } }",
            expects: [
                "12:19: error: ramp stays at 0/s; expected a rate above 0/s at one end"
            ]
        ),
        BadFile(
            "two arrival processes",
            replacing: "rate: 500/s",
            with: "rate: { poisson: 5/s, ramp: { from: 0/s, to: 9/s } }",
            expects: [
                "12:11: error: rate names no process, or two; expected 500/s, { poisson: 500/s }, { ramp: { from: 0/s, to: 2000/s } }, { steps: [ { rate: 100/s, for: 10s }, { rate: 500/s, for: 10s } ] }, { sine: { mean: 500/s, amplitude: 400/s, period: 60s } }, { trace: arrivals.csv } or { closed: { users: 64, think: 10ms } }"
            ]
        ),
        BadFile(
            "load on a host outside the lab",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "http://example.com/""#,
            expects: [
                "11:18: error: url goes to 'example.com'; targets must be hosts of the lab: web1, web2, client"
            ]
        ),
        BadFile(
            "load by a protocol of files",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "ftp://web1/""#,
            expects: [
                "11:18: error: url: 'ftp://' is not supported; expected http://host:port/path"
            ]
        ),
        BadFile(
            "tls for an address without it",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "http://web1:8080/", tls: { trust: anyone }"#,
            expects: [
                "11:44: error: tls is given and the address is not secured; expected an address such as https://lb/"
            ]
        ),
        BadFile(
            "trust in what is no file",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "https://web1/", tls: { trust: sistem }"#,
            expects: [
                "11:49: error: trust is 'sistem'; expected system, anyone, or a PEM file such as /etc/ssl/shop-ca.pem. Did you mean 'system'?"
            ]
        ),
        BadFile(
            "an address without a scheme",
            replacing: #"url: "http://web1:8080/""#,
            with: "url: web1:8080",
            expects: [
                "11:18: error: url: 'web1:8080' is no address; expected http://host:port/path"
            ]
        ),
        BadFile(
            "a port that is none",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "http://web1:70000/""#,
            expects: [
                "11:18: error: url: '70000' is no port; expected 1 to 65535"
            ]
        ),
        BadFile(
            "a method that does not exist",
            replacing: #"{ url: "http://web1:8080/" }"#,
            with: #"{ url: "http://web1:8080/", method: GTE }"#,
            expects: [
                "11:47: error: 'GTE' is no method; expected GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS. Did you mean 'GET'?"
            ]
        ),
        BadFile(
            "a GET with a body",
            replacing: #"{ url: "http://web1:8080/" }"#,
            with: #"{ url: "http://web1:8080/", body: x }"#,
            expects: [
                "11:39: error: a GET carries no body; expected method: DELETE, PATCH, POST, PUT"
            ]
        ),
        BadFile(
            "a header that would end the head",
            replacing: #"{ url: "http://web1:8080/" }"#,
            with: #"{ url: "http://web1:8080/", headers: { A: "x\r\nB: y" } }"#,
            expects: [
                "11:53: error: header 'A' is 'x��B: y'; expected one line of at most 4096 bytes"
            ]
        ),
        BadFile(
            "a header that Faultline writes",
            replacing: #"{ url: "http://web1:8080/" }"#,
            with: #"{ url: "http://web1:8080/", headers: { Content-Length: 3 } }"#,
            expects: [
                "11:50: error: header 'Content-Length' is written by Faultline; leave it out"
            ]
        ),
        BadFile(
            "a header twice",
            replacing: #"{ url: "http://web1:8080/" }"#,
            with: #"{ url: "http://web1:8080/", headers: { A: x, a: y } }"#,
            expects: [
                "11:56: error: header 'a' is given twice"
            ]
        ),
        BadFile(
            "an address with a blank",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "http://web1:8080/a b""#,
            expects: [
                "11:18: error: url: 'http://web1:8080/a b' holds a blank, a # or what is not ASCII; percent-encode it"
            ]
        ),
        BadFile(
            "an address with a password",
            replacing: #"url: "http://web1:8080/""#,
            with: #"url: "http://me:secret@web1:8080/""#,
            expects: [
                "11:18: error: url: 'http://me:secret@web1:8080/' holds a user name; expected http://host:port/path"
            ]
        ),
        BadFile(
            "a status that is none",
            replacing: "rate: 500/s",
            with: "rate: 500/s\n    good: { status: 20 }",
            expects: [
                "13:21: error: status is '20'; expected an HTTP status or a range of them, such as 200-399"
            ]
        ),
        BadFile(
            "statuses the wrong way round",
            replacing: "rate: 500/s",
            with: "rate: 500/s\n    good: { status: 399-200 }",
            expects: [
                "13:21: error: status is '399-200'; expected an HTTP status or a range of them, such as 200-399"
            ]
        ),
    ]

    @Test(arguments: rows) func `says what is wrong, where, and what was expected`(_ row: BadFile) {
        row.check()
    }
}
