using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;

namespace JobRequests.Gateway.Requests;

/// <summary>Runs the framework's generated validation on a body and names the fields as the body does.</summary>
internal sealed class BodyValidator(IOptions<ValidationOptions> options, IServiceProvider services)
{
    private const int MaxErrors = 50;

    public async ValueTask<Refusal?> CheckAsync(object body, CancellationToken cancellationToken)
    {
        if (!options.Value.TryGetValidatableTypeInfo(body.GetType(), out var rules)) return null;
        var context = new ValidateContext
        {
            ValidationOptions = options.Value,
            ValidationContext = new ValidationContext(body, body.GetType().Name, services, items: null),
        };
        await rules.ValidateAsync(body, context, cancellationToken);
        if (context.ValidationErrors is not { Count: > 0 } errors) return null;

        // A thousand wrong candidates are not told one by one.
        var named = errors.SelectMany(field => field.Value.Select(message => new FieldError(JsonName(field.Key), message))).Take(MaxErrors);
        return new Refusal(ProblemTypes.Validation, [.. named]);
    }

    private static string JsonName(string path) =>
        string.Join('.', path.Split('.').Select(part => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..]));
}
