package httpd

import (
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// LongestWait is how long an answer may be kept waiting for.
const LongestWait = 30 * time.Second

// PreferWait is how long the asker is ready to wait (RFC 7240, whole seconds), at
// most LongestWait; 0 when nothing is said.
func PreferWait(c *gin.Context) time.Duration {
	for _, header := range c.Request.Header.Values("Prefer") {
		for part := range strings.SplitSeq(header, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			n, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 32)
			if strings.EqualFold(strings.TrimSpace(name), "wait") && err == nil && n > 0 {
				return min(time.Duration(n)*time.Second, LongestWait)
			}
		}
	}
	return 0
}
