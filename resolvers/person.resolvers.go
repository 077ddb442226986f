package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// CreatePerson is the resolver for the createPerson field.
func (r *mutationResolver) CreatePerson(ctx context.Context, input model.CreatePersonInput) (*model.CreatePersonPayload, error) {
	person, err := r.Store.CreatePerson(ctx, auth.Actor(ctx), input)
	return &model.CreatePersonPayload{Person: person}, err
}

// UpdatePerson is the resolver for the updatePerson field.
func (r *mutationResolver) UpdatePerson(ctx context.Context, input model.UpdatePersonInput) (*model.UpdatePersonPayload, error) {
	person, err := r.Store.UpdatePerson(ctx, auth.Actor(ctx), input)
	return &model.UpdatePersonPayload{Person: person}, err
}

// AppointPerson is the resolver for the appointPerson field.
func (r *mutationResolver) AppointPerson(ctx context.Context, input model.AppointPersonInput) (*model.AppointPersonPayload, error) {
	person, err := r.Store.AppointPerson(ctx, auth.Actor(ctx), input)
	return &model.AppointPersonPayload{Person: person}, err
}

// EndPosition is the resolver for the endPosition field.
func (r *mutationResolver) EndPosition(ctx context.Context, input model.EndPositionInput) (*model.EndPositionPayload, error) {
	person, err := r.Store.EndPosition(ctx, auth.Actor(ctx), input)
	return &model.EndPositionPayload{Person: person}, err
}

// RecordPersonnelFact is the resolver for the recordPersonnelFact field.
func (r *mutationResolver) RecordPersonnelFact(ctx context.Context, input model.RecordPersonnelFactInput) (*model.RecordPersonnelFactPayload, error) {
	fact, err := r.Store.RecordPersonnelFact(ctx, auth.Actor(ctx), input)
	return &model.RecordPersonnelFactPayload{Fact: fact}, err
}

// ConcludePersonnelFact is the resolver for the concludePersonnelFact field.
func (r *mutationResolver) ConcludePersonnelFact(ctx context.Context, input model.ConcludePersonnelFactInput) (*model.ConcludePersonnelFactPayload, error) {
	fact, err := r.Store.ConcludePersonnelFact(ctx, auth.Actor(ctx), input)
	return &model.ConcludePersonnelFactPayload{Fact: fact}, err
}

// Gender is the resolver for the gender field.
func (r *personResolver) Gender(ctx context.Context, obj *model.Person) (*model.Gender, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.Gender, nil
}

// BornOn is the resolver for the bornOn field.
func (r *personResolver) BornOn(ctx context.Context, obj *model.Person) (*model.Date, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.BornOn, nil
}

// HiredOn is the resolver for the hiredOn field.
func (r *personResolver) HiredOn(ctx context.Context, obj *model.Person) (*model.Date, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.HiredOn, nil
}

// Position is the resolver for the position field.
func (r *personResolver) Position(ctx context.Context, obj *model.Person) (*model.Position, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.Position, nil
}

// Positions is the resolver for the positions field.
func (r *personResolver) Positions(ctx context.Context, obj *model.Person) ([]*model.Position, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.Positions, nil
}

// PersonnelFacts is the resolver for the personnelFacts field.
func (r *personResolver) PersonnelFacts(ctx context.Context, obj *model.Person) ([]*model.PersonnelFact, error) {
	file, err := loadersOf(ctx).personFile.Load(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return file.Facts, nil
}

// Organization is the resolver for the organization field.
func (r *positionResolver) Organization(ctx context.Context, obj *model.Position) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.OrganizationID)
}

// Person is the resolver for the person field.
func (r *queryResolver) Person(ctx context.Context, code string) (*model.Person, error) {
	return r.Store.Person(ctx, auth.Actor(ctx), code)
}

// People is the resolver for the people field.
func (r *queryResolver) People(ctx context.Context, filter *model.PersonFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Person], error) {
	return r.Store.People(ctx, auth.Actor(ctx), filter, page(first, after, last, before))
}

// Person returns graph.PersonResolver implementation.
func (r *Resolver) Person() graph.PersonResolver { return &personResolver{r} }

// Position returns graph.PositionResolver implementation.
func (r *Resolver) Position() graph.PositionResolver { return &positionResolver{r} }

type (
	personResolver   struct{ *Resolver }
	positionResolver struct{ *Resolver }
)
