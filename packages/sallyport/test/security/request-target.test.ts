/** Where a request goes: RFC 9112, 3.2 and 3.3. */
import { API_ID } from "../http/api-seed.ts";
import { HOST } from "../http/gateway-harness.ts";
import { arrives, HOST_LINE, refused } from "./request-tables.ts";

for (const [name, bytes, status] of [
  ["asterisk form", `OPTIONS * HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["CONNECT", `CONNECT ${HOST}:443 HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["CONNECT to a path", `CONNECT /x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["authority form with GET", `GET ${HOST}:80 HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["absolute form of another scheme", `GET ftp://${HOST}/x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["absolute form without host", `GET http:///x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["absolute form with a user", `GET http://a@${HOST}/x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["absolute form with a port that is none", `GET http://${HOST}:8x/x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a target without slash", `GET x HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a NUL in the path", `GET /a\0b HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a control character in the path", `GET /a\x01b HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a delete in the path", `GET /a\x7fb HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a blank in the path", `GET /a b HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a byte beyond ASCII in the path", `GET /\xc3\xa4 HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a fragment in the path", `GET /a#b HTTP/1.1\r\n${HOST_LINE}\r\n`, 400],
  ["a host with a user", `GET /x HTTP/1.1\r\nHost: a@${HOST}\r\n\r\n`, 400],
  ["a host with a path", `GET /x HTTP/1.1\r\nHost: ${HOST}/a\r\n\r\n`, 400],
  ["a host with a query", `GET /x HTTP/1.1\r\nHost: ${HOST}?a\r\n\r\n`, 400],
  ["a host with a port that is none", `GET /x HTTP/1.1\r\nHost: ${HOST}:80a\r\n\r\n`, 400],
  ["a host with two ports", `GET /x HTTP/1.1\r\nHost: ${HOST}:80:81\r\n\r\n`, 400],
  ["a host with a port beyond all ports", `GET /x HTTP/1.1\r\nHost: ${HOST}:65536\r\n\r\n`, 400],
  ["a host with a blank in it", `GET /x HTTP/1.1\r\nHost: ${HOST} evil\r\n\r\n`, 400],
  ["a list of hosts", `GET /x HTTP/1.1\r\nHost: ${HOST}, evil\r\n\r\n`, 400],
] as const) {
  refused(`target: ${name}`, bytes, status);
}

for (const [name, target, expected] of [
  ["absolute form, whose host wins", `http://${HOST}/x?y`, "/x?y"],
  ["a percent sign alone passes as it is", "/%", "/%"],
  ["escapes that are none pass as they are", "/%zz/%1", "/%zz/%1"],
  ["overlong UTF-8 passes as it is", "/%c0%ae%c0%ae/a", "/%c0%ae%c0%ae/a"],
  ["an encoded NUL passes as it is", "/a%00b", "/a%00b"],
  ["encoded line ends pass as they are", "/a%0d%0aHost:%20evil", "/a%0d%0aHost:%20evil"],
  ["dot segments pass as they are", "/a/../../b/./c", "/a/../../b/./c"],
  ["encoded dots pass as they are", "/a/%2e%2e/b", "/a/%2e%2e/b"],
  ["encoded slashes pass as they are", "/a%2fb%5cc", "/a%2fb%5cc"],
  ["double slashes pass as they are", "//a//b", "//a//b"],
  ["a path like an authority", "//evil/x", "//evil/x"],
  ["a path like a URL", "/http://evil/x", "/http://evil/x"],
  ["a question mark alone", "/x?", "/x?"],
  ["special characters in the query", '/x?a=<>"{}|\\^`', '/x?a=<>"{}|\\^`'],
] as const) {
  const host = target.startsWith("http") ? "Host: other\r\n" : HOST_LINE;
  arrives(`target: ${name}`, `GET ${target} HTTP/1.1\r\n${host}`, "", { line: `GET ${expected}` });
}

arrives("target: the path form cannot be escaped", `GET /_execute-api/${API_ID}/../x HTTP/1.1\r\nHost: any\r\n`, "", {
  line: "GET /../x",
});
