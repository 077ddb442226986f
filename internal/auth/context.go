package auth

import (
	"context"
	"net/netip"

	"vinhdanh/model"
)

type actorKey struct{}

// WithActor carries who asks through a request.
func WithActor(ctx context.Context, actor model.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// Actor is who asks; nobody when nobody signed in.
func Actor(ctx context.Context) model.Actor {
	actor, _ := ctx.Value(actorKey{}).(model.Actor)
	return actor
}

type clientKey struct{}

// Client is from where a request comes.
type Client struct {
	Address   netip.Addr
	UserAgent string
}

// WithClient carries from where a request comes.
func WithClient(ctx context.Context, client Client) context.Context {
	return context.WithValue(ctx, clientKey{}, client)
}

// ClientOf is from where a request comes; unknown outside requests.
func ClientOf(ctx context.Context) Client {
	client, _ := ctx.Value(clientKey{}).(Client)
	return client
}

// String is the address; "" when it is not known.
func (c Client) String() string {
	if !c.Address.IsValid() {
		return ""
	}
	return c.Address.String()
}

// Network is what is counted as one client: an IPv4 address, or the /64 network that one IPv6 subscriber has.
func (c Client) Network() string {
	address := c.Address.Unmap().WithZone("")
	if !address.Is6() {
		return address.String()
	}
	network, _ := address.Prefix(64)
	return network.String()
}
